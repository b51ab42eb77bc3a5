"""MediaMosa Sync: keeps the metadata of DynamoDB media records and MediaMosa assets the same."""
