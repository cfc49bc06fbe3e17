"""What says where, by whom and with what: found, blanked in place, given back to its owner."""
