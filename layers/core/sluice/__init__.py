"""What every function of Sluice shares: domain, use cases, ports and adapters."""
