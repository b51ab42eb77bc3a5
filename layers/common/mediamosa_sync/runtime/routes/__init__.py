"""The routes of the function ``api``, by idea: validate, call one use case, translate."""
