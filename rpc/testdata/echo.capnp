# The service of this room's tests.
@0xe3b1f07c52a9d864;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("cortado::test");

interface Echo @0xb7d2c94e8a15f306 {
  echo @0 (text :Text, padding :Data) -> (text :Text, padding :Data);
  # The text again, at once.

  later @1 (text :Text) -> (text :Text);
  # The text again, once the test says so.

  relay @2 (text :Text) -> (text :Text);
  # Asks the caller's own Echo, and adds to what it says.

  sum @3 (tree :Tree) -> (sum :Int64);
  # Walks over all of a tree.

  fail @4 (how :Text) -> ();
  # Fails as it is told.
}

struct Tree @0xc41e6fa3d0278b95 {
  value @0 :Int64;
  children @1 :List(Tree);
}
