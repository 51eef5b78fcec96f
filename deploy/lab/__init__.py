"""The lab: simulated SIP Servers, EXCS and EX Org that speak the real protocols over TCP and HTTP."""
