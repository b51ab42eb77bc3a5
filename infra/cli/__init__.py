"""The command line `mediamosa-sync`: the API's verbs for people at a terminal and for scripts.

It speaks HTTP to the API and, for `doctor`, to MediaMosa; it knows nothing of AWS.
"""
