# What the bus suite calls: bytes go to a worker, which says what it has seen of them.
@0xd1f7a3c94b6e0825;

interface Checker @0xa8c2e6f01b5d3947 {
  check @0 (payload :Data) -> (check :UInt32);
  # bus/payload.ts says of which bytes.
}
