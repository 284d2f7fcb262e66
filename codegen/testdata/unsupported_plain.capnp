# What has no plain form.
@0x8cb6282c4e57696c;

enum Fine { a @0; }
const fine :Int32 = 5;
struct Struct { a @0 :Int32; }  # error: 'Struct' has no plain form
interface Interface {}  # error: 'Interface' has no plain form
const list :List(Int32) = [1];  # error: 'list' has no plain form
const chosen :Fine = a;  # error: 'chosen' has no plain form
