//! mochi-ingest
