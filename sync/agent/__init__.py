"""The station's side of the protocol: push the journal, fetch the feed, tell whether the network is there."""
