"""What people and programs see: pages, components and HTTP routes."""
