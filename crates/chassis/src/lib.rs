//! macadam-chassis
