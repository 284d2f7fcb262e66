# What the application (app/) and its server (server/) agree on: a board that many draw on at once.
#
# Everything said here may be said twice without harm: ink says where in its stroke it belongs, a
# stroke is removed by its name, a person is told as they are now. So an application that is not sure
# what arrived just says it again, and every stroke is on the board once.
@0xc94f7a1be05d3682;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("wire");

const boardWidth :UInt16 = 3200;
const boardHeight :UInt16 = 2400;
# In units of their own: each front scales them to what it has.

const strokePointsMax :UInt32 = 2000;
# Who draws on begins another stroke.

const strokeWidthMax :UInt8 = 80;
# In the board's units.

const nameSizeMax :UInt32 = 32;
# Bytes of UTF-8.

enum Color {
  # Which colour exactly is each front's matter: `ink` is dark on light paper and light on dark.
  ink @0;
  red @1;
  orange @2;
  green @3;
  teal @4;
  blue @5;
  violet @6;
  pink @7;
}

struct Point {
  x @0 :UInt16;
  y @1 :UInt16;
}

struct StrokeId {
  author @0 :UInt32;
  # Of a person; what an author sends need not say it.

  number @1 :UInt32;
  # Given by the author, from 1 on, each greater than the last.
}

struct Ink {
  # Points of one stroke. What the board has of them already changes nothing.

  stroke @0 :StrokeId;
  color @1 :Color;
  width @2 :UInt8;

  from @3 :UInt32;
  # How many points of the stroke come before these.

  points @4 :List(Point);

  isComplete @5 :Bool;
  # The pen was lifted.
}

struct Cursor {
  union {
    away @0 :Void;
    at @1 :Point;
  }
}

struct Person {
  id @0 :UInt32;
  name @1 :Text;
  color @2 :Color;
  cursor @3 :Cursor;
}

struct Action {
  # What one who draws says.

  union {
    join :group {
      # First of all, and again to take another name or colour.

      key @0 :UInt64;
      # A secret of the application's own choice. Who comes back with it is the same author.

      name @1 :Text;
      color @2 :Color;
    }

    ink @3 :Ink;
    cursor @4 :Cursor;
  }
}

struct Event {
  # What the board says.

  union {
    welcome @0 :UInt32;
    # You are this person.

    blank @1 :Void;
    # Forget what you know of strokes: those there are follow, as ink, oldest first.

    upToDate @2 :Void;
    # That was all of them, and everybody who is here.

    ink @3 :Ink;

    removed @4 :List(StrokeId);
    # By `undo` or `clear`, or because the board keeps only so many.

    person @5 :Person;
    # Somebody is here, as they are now.

    left @6 :UInt32;
  }
}

interface Board $Cortado.deadline(10000) {
  draw @0 Action -> Event
      # Taking part: for as long as the call lasts one is seen by the others. No $overflow: whoever reads
      # slowly makes their own handler wait and nobody else, as nothing is kept for them. Then they are
      # told what has become of cursors and people, not how; and if the board no longer remembers
      # all that happened to strokes meanwhile, they get it blank and anew, as at the beginning.
      # `invalid_argument` for ink that cannot be, `resource_exhausted` when too many draw.
      $Cortado.stream(params = true, results = true) $Cortado.deadline(0);

  undo @1 (key :UInt64, number :UInt32) -> () $Cortado.idempotent;
  # Removes a stroke of one's own. All is well, too, if it is not there.

  clear @2 () -> (removed :UInt32);
  # Removes all strokes, and says how many there were.
}
