"""Which conversation an event belongs to: TLib events of all sites in, lanes of conversations out."""
