//! mochi-bridge
