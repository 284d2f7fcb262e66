# A comment of the file, before its id, is nobody's.
@0xe21c7e81a4adbfc7;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("hazard::doc_comments");

struct Documented @0xf714b81faa47bf3c {
  # One line.

  one @0 :Int32;
  # A field.

  two @1 :Text;
  # Two
  # lines.

  three @2 :Text;
  # What would end a comment: */ or start one: /* //
  # and a backslash at the end \
  # and one in the middle \n.

  group :group {
    # A group.
    #
    # With a second paragraph.

    four @3 :Int32;
    # In a group.
  }

  none @4 :Int32;
}

enum Mood @0x8625c930bb58c04d {
  # An enum.

  happy @0;
  # An enumerant with "quotes" and `ticks` and ${dollars}.

  sad @1;
}

interface Talk @0x9536da41cc69d15e {
  # An interface.
  #
  # * a list
  # * of points

  say @0 (words :Text) -> (answer :Text) $Cortado.idempotent $Cortado.deadline(250);
  # A method.
  # @param words is not a tag of ours, ünïcödé 🎉 is kept.

  hush @1 ();
}
