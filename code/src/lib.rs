//! distsys
