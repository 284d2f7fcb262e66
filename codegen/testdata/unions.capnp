# Unions without and with a name, groups, groups in unions and unions in groups.
@0xeab4f6081c253749;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::unions");

enum Unit @0x8f650e35f90cb48d {
  meter @0;
  foot @1;
}

struct Shape @0x9e761f460a1dc59e {
  # An unnamed union between other fields.
  name @0 :Text;
  union {
    nothing @1 :Void;
    # The default.
    circle @2 :Float64;
    polygon @3 :List(Point);
    label @4 :Text;
    picture @5 :Data;
    point @6 :Point;
    unit @7 :Unit;
    filled @8 :Bool;
    rectangle :group {
      width @9 :Float64;
      height @10 :Float64 = 1;
      title @14 :Text;
    }
    big @11 :UInt64;
    small @12 :Int8 = -1;
  }
  color @13 :UInt32;
}

struct Point @0xad872f570b2ed6af {
  x @0 :Int32;
  y @1 :Int32;
}

struct Named @0xbc98406811ae26b0 {
  # Several unions in one struct.
  first :union {
    a @0 :Int32;
    b @1 :Text;
  }
  second :union {
    c @2 :Int32 = 7;
    d :group {
      e @3 :Int16;
      inner :union {
        f @4 :Int64;
        g @5 :List(Text);
      }
    }
    h @6 :Void;
  }
  plain :group {
    i @7 :Bool;
    j @8 :Text = "j";
    deeper :group {
      k @9 :Float32;
      l @10 :Named;
    }
  }
}

struct OrdinalOrder @0xcba9517922bf37c1 {
  # The order of ordinals is not the order of the text, and members of the union lie between.
  z @5 :Text;
  union {
    one @1 :Text;
    two @3 :Text;
  }
  middle @2 :Text;
  first @0 :Text;
  last @4 :Text;
}

interface Shapes @0xdaba628a33d048d2 {
  area @0 Shape -> (area :Float64);
  draw @1 (shape :Shape, scale :Float64 = 1) -> Named;
}
