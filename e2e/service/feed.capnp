# Calls that stream, for the browser tests. Items carry numbers, so that a test sees each that is lost or doubled.
@0xa1c54e90d7b3268f;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("probe");

interface Page {
  # What the pages of the tests serve.

  add @0 (left :UInt64, right :UInt64) -> (sum :UInt64);

  count @1 (to :UInt64) -> (value :UInt64)
      $Cortado.stream(results = true);
}

interface Feed @0xd5e0f1b27a9c4836 {
  count @0 (from :UInt64, to :UInt64, paddingSize :UInt32, intervalMs :UInt32)
      -> (value :UInt64, padding :Data)
      $Cortado.stream(results = true);
  # The numbers from `from` up to and without `to`, as fast as they are read, or one in so many milliseconds.

  newest @1 (to :UInt64) -> (key :Text, value :UInt64)
      $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "key");
  # The numbers up to `to` without waiting for the reader; the key is the number modulo ten.

  sum @2 (value :UInt64, padding :Data) -> (sum :UInt64, items :UInt64)
      $Cortado.stream(params = true);
  # Of the numbers sent.

  chat @3 (value :UInt64) -> (value :UInt64, doubled :UInt64)
      $Cortado.stream(params = true, results = true);
  # Each number comes back at once.

  state @4 (running :UInt32) -> (running :UInt32, written :UInt64, read :UInt64);
  # Answers once so many calls that stream are running: how many items they have written and read.

  askPage @5 (to :UInt64) -> (sum :UInt64);
  # Adds the numbers that the caller's own `count` streams, by its own `add`.
}
