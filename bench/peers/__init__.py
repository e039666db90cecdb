"""Other engines that carry records from one machine to another, measured beside ours. Installed for one run only."""
