# Services for the tests of server/ and client-native/.
@0xc6b1e0f2a94d7385;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("cortado::testing");

interface Arithmetic {
  # The methods in the examples of the JSON-RPC 2.0 specification.

  subtract @0 (minuend :Int32, subtrahend :Int32) -> (difference :Int32) $Cortado.idempotent;

  sum @1 (a :Int32, b :Int32, c :Int32) -> (total :Int64) $Cortado.idempotent;

  update @2 (a :Int32, b :Int32, c :Int32, d :Int32, e :Int32);

  getData @3 () -> (text :Text, number :Int32);
}

interface Probe {
  # What a test wants to see of a server from inside.

  echo @0 (text :Text, data :Data, number :Int64) -> (text :Text, data :Data, number :Int64)
      $Cortado.idempotent;

  later @1 (ms :UInt32, text :Text) -> (text :Text) $Cortado.idempotent;
  # Answers after so many milliseconds.

  forever @2 ();
  # Waits until it is stopped.

  impatient @3 () $Cortado.deadline(30);
  # Waits until it is stopped, for which its own deadline sees.

  fail @4 (code :UInt16, message :Text, retryAfterMs :UInt32) $Cortado.idempotent;
  # Fails with that status; with details when `code` is 5.

  crash @5 ();
  # Throws something that is no status.

  caller @6 () -> (timeoutMs :UInt32, traceId :Data, spanId :Data, flags :UInt8, carrier :Text,
      hasAddress :Bool) $Cortado.idempotent;
  # What the server knows of the call.

  price @7 (symbol :Text) -> (price :Float64)
      $Cortado.idempotent $Cortado.cache(ttlMs = 60000, scope = public);

  balance @8 () -> (cents :Int64) $Cortado.idempotent $Cortado.cache(ttlMs = 5000);

  release @9 ();
  # Lets each `hold` finish.

  hold @10 (text :Text) -> (text :Text);
  # Answers after `release`.

  follow @11 (topic :Text);
  # Subscribes the caller.

  unfollow @12 (topic :Text);
}

interface Flow {
  # Calls that stream.

  count @0 (from :UInt32, to :UInt32, padding :UInt32) -> (value :UInt32, padding :Data)
      $Cortado.stream(results = true);
  # The numbers from `from` up to and without `to`; 0: until it is stopped.

  newest @1 (to :UInt32, padding :UInt32) -> (key :Text, value :UInt32, padding :Data)
      $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "key");
  # The same from 0; the key is the number modulo ten. The handler never waits.

  total @2 (value :UInt32) -> (sum :UInt64)
      $Cortado.stream(params = true);

  chat @3 (text :Text) -> (text :Text)
      $Cortado.stream(params = true, results = true);
  # Each item comes back in brackets.

  break @4 (after :UInt32) -> (value :UInt32)
      $Cortado.stream(results = true);
  # Fails with `aborted` after so many items.

  silence @5 () -> (value :UInt32)
      $Cortado.stream(results = true);
  # Gives no item, until it is stopped.
}
