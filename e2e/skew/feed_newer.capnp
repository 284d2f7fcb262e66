# Feed as the page of the next release knows it, which meets a server that is not updated yet.
@0xb7c1e9405d2a6f83;

using Cortado = import "/cortado/annotations.capnp";

interface Feed @0xd5e0f1b27a9c4836 {
  count @0 (from :UInt64, to :UInt64, paddingSize :UInt32, intervalMs :UInt32, unit :Text)
      -> (value :UInt64, padding :Data, unit :Text = "pieces")
      $Cortado.stream(results = true);

  newest @1 (to :UInt64) -> (key :Text, value :UInt64)
      $Cortado.stream(results = true);

  sum @2 (value :UInt64, padding :Data) -> (sum :UInt64, items :UInt64)
      $Cortado.stream(params = true);

  chat @3 (value :UInt64) -> (value :UInt64, doubled :UInt64)
      $Cortado.stream(params = true, results = true);

  state @4 (running :UInt32) -> (running :UInt32, written :UInt64, read :UInt64, dropped :UInt64);

  askPage @5 (to :UInt64) -> (sum :UInt64);

  reset @6 () -> ();

  pairs @7 (to :UInt64) -> (left :UInt64, right :UInt64)
      $Cortado.stream(results = true);
}
