# A type that another file only passes on.
@0x9ea7183c5d697a8e;

using Shared = import "imports/shared.capnp";

struct Local {
  fine @0 :Shared.Shared;
  aliased @1 :Shared.Alias;  # error: the type is an alias of one in 'imports/deep/aliased.capnp'
}
