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

interface Feed @0xd0a94c6e3b7f1528 {
  # Calls that stream. Each item carries a number by which the tests see that none is lost or doubled.

  count @0 (from :UInt32, to :UInt32, padding :UInt32) -> (value :UInt32, padding :Data);
  # Callee sends: the numbers from `from` up to and without `to`.

  total @1 (value :UInt32, padding :Data) -> (sum :UInt64, items :UInt32);
  # Caller sends: numbers to be added.

  chat @2 (value :UInt32, text :Text) -> (value :UInt32, text :Text);
  # Both send: each item comes back, its text in brackets.

  newest @3 (from :UInt32, to :UInt32, padding :UInt32) -> (key :Text, value :UInt32, padding :Data);
  latest @4 (from :UInt32, to :UInt32, padding :UInt32) -> (key :Text, value :UInt32, padding :Data);
  patient @5 (from :UInt32, to :UInt32, padding :UInt32) -> (key :Text, value :UInt32, padding :Data);
  # As count(), by the three policies that do not wait; the key is the number modulo ten.
}
