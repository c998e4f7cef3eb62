//! A simulated Azure: sign-in and Resource Manager over https on loopback.

pub mod estate;
