# Annotations that contradict each other or the method they are on.
@0xea94060a2c35474f;

using Cortado = import "/cortado/annotations.capnp";

interface Wrong {
  cacheNotIdempotent @0 () -> () $Cortado.cache(ttlMs = 5);  # error: $cache on a method that is not idempotent
  queueNotIdempotent @1 () -> () $Cortado.queueOffline("");  # error: $queueOffline on a method that is not idempotent
  cacheForever @2 () -> () $Cortado.idempotent $Cortado.cache(scope = public);  # error: $cache without a time
  tagUnknown @3 (a :Text) -> () $Cortado.idempotent $Cortado.cache(ttlMs = 5, tags = ["{b}"]);  # error: $cache names 'b'
  tagBroken @4 (a :Text) -> () $Cortado.idempotent $Cortado.cache(ttlMs = 5, tags = ["{a"]);  # error: $cache tag "{a"
  tagEmpty @5 (a :Text) -> () $Cortado.invalidates([""]);  # error: $invalidates with an empty tag
  tagOfList @6 (a :List(Text)) -> () $Cortado.invalidates(["{a}"]);  # error: $invalidates names 'a'
  queueUnknown @7 (a :Text) -> () $Cortado.idempotent $Cortado.queueOffline("b");  # error: $queueOffline names 'b'
  overflowAlone @8 () -> () $Cortado.overflow(policy = close);  # error: $overflow on a method that is not a stream
  streamOfNothing @9 () -> () $Cortado.stream();  # error: $stream of nothing
  overflowNoKey @10 () -> (a :Text) $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest);  # error: $overflow(keepNewest) without a key
  overflowKey @11 () -> (a :Text) $Cortado.stream(results = true) $Cortado.overflow(policy = block, key = "a");  # error: $overflow with a key
  overflowKeyUnknown @12 () -> (a :Text) $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "b");  # error: $overflow's key 'b'
  cacheStream @13 () -> (a :Text) $Cortado.idempotent $Cortado.cache(ttlMs = 5) $Cortado.stream(results = true);  # error: $cache on a stream
  twice @14 () -> () $Cortado.deadline(5) $Cortado.deadline(6);  # error: $deadline twice
  overflowKeyInUnion @15 () -> Either $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "text");  # error: $overflow's key 'text'
}

struct Either { union { text @0 :Text; number @1 :Int32; } }

enum Twice {
  one @0 $Cortado.wireNumber(7);
  two @1 $Cortado.wireNumber(7);  # error: wire number 7
}
