# What a schema can say about a call beyond its types. Both ends act on it; nobody configures a
# thing twice. The generator checks each use and carries all of them into its output.
@0xd5a3c0f7e1b94206;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("cortado::annotations");

annotation idempotent @0x9f2e6b8140d7c3a5 (method) :Void;
# Calling twice does what calling once does. Such a call may be made by GET, sent again after a lost
# connection, and shared by identical callers.

annotation deadline @0xb81c5a02f96e3d47 (interface, method) :UInt32;
# Milliseconds a call may take when the caller states nothing. On an interface: the default of its
# methods.

annotation cache @0xe60d93b75c1fa284 (method) :Cache;
# The result may be kept and answered again. Only on an idempotent method.

struct Cache @0xa4f1702e8bd6c359 {
  ttlMs @0 :UInt32;
  # How long a result is fresh, in milliseconds.

  scope @1 :Scope;
  # Who may share it.

  tags @2 :List(Text);
  # Names by which the server can invalidate it. `{symbol}` stands for the parameter of that name.

  enum Scope @0xc27b05d4e8f6913a {
    identity @0;
    # Kept for the identity that asked, dropped when the identity changes.

    public @1;
    # The same for everybody.
  }
}

annotation stream @0x8d3ba6f15e7042c9 (method) :Stream;
# The parameter or result named is not one value but a sequence of them.

struct Stream @0xf0625ad81c94b7e3 {
  params @0 :Bool;
  # The caller sends a sequence of parameters (client stream).

  results @1 :Bool;
  # The callee sends a sequence of results (server stream).
}

annotation overflow @0xc9147e2fb05d8a63 (method) :Overflow;
# What happens to a stream whose reader is slow. Only on a stream.

struct Overflow @0x95e8d3047af2c6b1 {
  policy @0 :Policy;

  key @1 :Text;
  # For keepNewest: the field of an item by which items are alike.

  enum Policy @0xda5f3b96140c82e7 {
    block @0;
    # The writer waits.

    dropOldest @1;
    # The oldest item waiting makes room.

    keepNewest @2;
    # The newest item of each key waits, older ones of the same key are dropped.

    close @3;
    # The stream ends with resource_exhausted.
  }
}

annotation queueOffline @0x87b2e94c0f6d15a3 (method) :Text;
# The call may wait in a durable queue while there is no network and is sent exactly once. The text
# names the parameter that orders the queue; empty: one order for all. Only on an idempotent method.

annotation invalidates @0xe1739c5d20ab48f6 (method) :List(Text);
# Cache tags that a successful call makes stale.

annotation requires @0xb4d80e6a37f1c925 (interface, method) :List(Text);
# Scopes, one of which the caller's identity must hold.

annotation wireNumber @0xf3a6517bd8e04c92 (enumerant) :UInt32;
# The number an enumerant has on the wire where it differs from its ordinal.
