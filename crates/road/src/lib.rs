//! macadam-road
