//! Panics that are caught. Whoever catches one says what happened, so that nothing else has to.

use std::any::Any;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether [`caught`] catches what panics on this thread now.
#[must_use]
pub fn is_caught() -> bool {
    CAUGHT.get()
}

/// Waits for a future to its end, or to its panic.
///
/// # Errors
/// What it panicked with.
pub async fn caught<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|context| {
        // Between two polls the thread is somebody else's.
        let before = CAUGHT.replace(true);
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        CAUGHT.set(before);
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

/// The words of a panic, where it has any.
#[must_use]
pub fn words(panic: &(dyn Any + Send)) -> Option<&str> {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_future_and_of_nothing_else() {
        let panic = caught(async {
            tokio::task::yield_now().await;
            assert!(is_caught());
            panic!("{} of {}", 1, 2)
        });
        assert_eq!(words(&*panic.await.unwrap_err()), Some("1 of 2"));
        assert!(!is_caught());
        let nested = caught(async { caught(async { panic!("inner") }).await.is_err() && is_caught() });
        assert!(nested.await.unwrap());
        let waiting = caught(std::future::pending::<()>());
        assert!(tokio::time::timeout(std::time::Duration::ZERO, waiting).await.is_err());
        assert!(!is_caught(), "nothing is caught while nobody is at work");
    }
}
