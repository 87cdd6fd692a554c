"""What can be done without a screen: catalogues, encoders, index, retrieval, the live query, the command line."""
