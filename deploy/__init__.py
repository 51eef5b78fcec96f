"""What surrounds the product: the lab and the deployment files."""
