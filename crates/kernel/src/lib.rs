//! macadam-kernel
