"""A stand-in for a MediaMosa 3.6.2 server, for local runs and tests.

It is one pure model with an HTTP skin:

- `model.MediaMosa` answers an `answers.Request` with an `answers.Answer`; clock, ids and time
  zones are given to it, so a simulator can use it without a server;
- `envelope.write` turns an answer into the XML that was recorded of a real server;
- `standin.StandIn` puts HTTP around it: in a test `with StandIn(model) as it: it.url`, for people
  `python -m infra.local.mediamosa --assets 1000 --seed 1`, which prints its address;
- `seed.plant` fills it, `control.Control` switches faults on and keeps the request log (also
  under `/__standin__/`), `saved` keeps the state in a file.

It speaks the protocol of `docs/mediamosa-protocol.md` (§ numbers in the docstrings are its).
Standard library only. What it leaves out: collections, access lists, stills, jobs, uploads,
OAuth, master/slave applications, the Solr search; a tie in a list that is not ordered by asset
id comes in another order on every page, as on the real server.
"""
