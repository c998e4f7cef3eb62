//! Files that people name, read up to a limit: a device, a pipe without an end or the wrong file ends in an error that says
//! so, and not in all the memory there is.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How much of a kind of file is read. The limits are far above what such files hold, so none can be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What the file is.
    pub what: &'static str,
    /// The most bytes of it.
    pub bytes: u64,
}

/// A configuration: a line for each of 10,000 clusters is 3 MiB.
pub const CONFIGURATION: Limit = Limit { what: "a configuration file", bytes: 4 << 20 };
/// Attestations: 20 answers for each of 4,000 clusters are 16 MiB.
pub const ATTESTATIONS: Limit = Limit { what: "a file of attestations", bytes: 16 << 20 };
/// Changes for `plan what-if`.
pub const CHANGES: Limit = Limit { what: "a file of changes", bytes: 1 << 20 };
/// So many values are read of a file of text, whatever its length: each takes a hundred bytes, and 20 answers for each of
/// 4,000 clusters have 640,000 marks.
const MOST_MARKS: usize = 1_000_000;

/// Certificates and keys: all the roots of a system are a quarter of it.
pub const CERTIFICATES: Limit = Limit { what: "a file of certificates", bytes: 1 << 20 };

/// The assertion of a workload identity: a token of a few KiB.
pub const ASSERTION: Limit = Limit { what: "a file of an assertion", bytes: 1 << 20 };

/// A file is larger than is read of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    limit: Limit,
    /// How large it says it is; nothing for a pipe or a device.
    size: Option<u64>,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limit { what, bytes } = self.limit;
        match self.size {
            Some(size) => write!(f, "it has {size} bytes")?,
            None => f.write_str("it does not end")?,
        }
        write!(f, ", and {what} is read up to {bytes} bytes, which can't be raised")
    }
}

impl std::error::Error for TooLarge {}

/// A file has more values than are read of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany(&'static str);

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it has more than {MOST_MARKS} values, and {} is read up to that, which can't be raised",
            self.0
        )
    }
}

impl std::error::Error for TooMany {}

/// Reads a file.
///
/// # Errors
/// When it can't be read, or is larger than its limit.
pub fn read(path: &Path, limit: Limit) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
    let too_large = |size| io::Error::new(io::ErrorKind::FileTooLarge, TooLarge { limit, size });
    if size.is_some_and(|size| size > limit.bytes) {
        return Err(too_large(size));
    }
    let mut bytes = Vec::new();
    file.by_ref().take(limit.bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit.bytes { Err(too_large(None)) } else { Ok(bytes) }
}

/// Reads a file of text.
///
/// # Errors
/// When it can't be read, is larger than its limit, or is no UTF-8.
pub fn read_text(path: &Path, limit: Limit) -> io::Result<String> {
    // The error of `fs::read_to_string`.
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8");
    let bytes = read(path, limit)?;
    // What begins, parts or names values in TOML; those inside of texts are none, and few.
    if memchr::memchr3_iter(b'[', b',', b'=', &bytes).chain(memchr::memchr_iter(b'{', &bytes)).count()
        > MOST_MARKS
    {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, TooMany(limit.what)));
    }
    String::from_utf8(bytes).map_err(no_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limit = Limit { what: "a note", bytes: 10 };

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for length in [0, 9, 10] {
            std::fs::write(file.path(), vec![b'x'; length]).unwrap();
            assert_eq!(read_text(file.path(), SMALL).unwrap().len(), length);
        }
        std::fs::write(file.path(), [b'x'; 11]).unwrap();
        let error = read(file.path(), SMALL).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        insta::assert_snapshot!(error, @"it has 11 bytes, and a note is read up to 10 bytes, which can't be raised");
        std::fs::write(file.path(), [0xff]).unwrap();
        assert_eq!(read_text(file.path(), SMALL).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_file_of_text_has_so_many_values() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (piece, most) in [("[],", MOST_MARKS / 2), ("a=0\n", MOST_MARKS), ("{},", MOST_MARKS / 2)] {
            std::fs::write(file.path(), piece.repeat(most)).unwrap();
            assert!(read_text(file.path(), ATTESTATIONS).is_ok(), "{piece}");
            std::fs::write(file.path(), piece.repeat(most + 1)).unwrap();
            let error = read_text(file.path(), ATTESTATIONS).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::FileTooLarge, "{piece}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_does_not_end_is_read_up_to_its_limit() {
        let error = read(Path::new("/dev/zero"), SMALL).unwrap_err();
        insta::assert_snapshot!(error, @"it does not end, and a note is read up to 10 bytes, which can't be raised");
        assert_eq!(read(Path::new("/dev/null"), SMALL).unwrap(), b"");
    }
}
