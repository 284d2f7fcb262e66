# Types whose values are not in the schema, or are no values; a default that is not what it says.
@0xc872e4e70a13252d;

interface Callback { done @0 (); }

struct Everything {
  any @0 :AnyPointer;  # error: a value of type AnyPointer
  text @1 :Text;
  anyStruct @2 :AnyStruct;  # error: a value of type AnyStruct
  union {
    anyList @3 :AnyList;  # error: a value of type AnyList
    capability @4 :Capability;  # error: a value of type Capability
    number @5 :Int32;
  }
  group :group {
    callback @6 :Callback;  # error: a value of an interface type
    callbacks @7 :List(Callback);  # error: a value of an interface type
  }
}

interface Caller {
  call @0 (  # error: a value of an interface type
      callback :Callback);
}

struct Defaults {
  fine @0 :Float64 = 0.0;
  negativeZero @1 :Float64 = -0.0;  # error: the default -0.0
}
