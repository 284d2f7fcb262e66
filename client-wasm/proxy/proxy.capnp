# The numbers that proxy.wasm and its glue (js-glue/src/proxy/) agree on. client-wasm/proxy/proxy.hpp
# and js-glue/src/generated/proxy.ts are generated from here. The texts that go in and out:
# client-wasm/proxy/heads.hpp and configuration.hpp.
@0xc4b8e0a1f39d7256;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("cortado::proxy");

const recordVersion :UInt32 = 1;
# The first word of a record. Records of another version count as not stored.

const configurationVersion :UInt32 = 1;
# Follows the word "proxy" in the first line of a configuration.

const deltaSecondsMax :UInt32 = 2147483648;
# What a larger number of seconds in a header counts as (RFC 9111, 1.2.2).

const inputSizeMax :UInt32 = 1048576;
# Bytes of the texts of one call.

const routesMax :UInt32 = 1024;
# Routes of one configuration.

const rpcParamsSizeMax :UInt32 = 4096;
# Bytes of canonical params that become part of a key. Calls with more are not cached.

const outputWords :UInt32 = 26;
# The block at output(), in 32-bit words: action, reason, seconds, route, entry (or noIndex),
# status, age in seconds, timeout in ms, drop (1: the entry is outdated), unused; then as float64 the
# first and the last byte of a range; then address and size each of: key, response headers, request
# headers, record, message, list of entries.

const noIndex :UInt32 = 0xffffffff;
# In the place of a route or an entry: there is none.

const evictionWords :UInt32 = 2;
# An entry in the list of entries: its id and the reason.

enum Refusal @0xe7a2c05b91d84f36 {
  # Why a function did nothing; functions return minus this number.

  none @0;

  badInput @1;
  # A text is not as it should be, or too large.

  badConfiguration @2;
  # The message says which entry, and the cure. The configuration before it stays.

  badRoute @3;
  # No route has that number.
}

enum Strategy @0xf0d6139b2ac7e854 {
  networkOnly @0;
  # Nothing is stored or answered.

  cacheOnly @1;
  # The network is never asked: as if there were none.

  cacheFirst @2;
  # As an HTTP cache does: fresh answers are used, stale ones validated.

  networkFirst @3;
  # The network is asked, what is stored is used when it fails or takes too long.

  staleWhileRevalidate @4;
  # Fresh answers are used, stale ones too, and validated behind it.

  race @5;
  # What is stored and the network, whichever answers first.
}

enum Action @0x93b5f7d20e6c81a4 {
  # What the host does next.

  bypass @0;
  # The request is none of the proxy's: the network answers, nothing is stored.

  lookUp @1;
  # Look the key up, and give what is stored under it to decide().

  change @2;
  # An unsafe request: the network answers, then changed() names the keys that are void.

  fetch @3;
  # Ask the network with the request headers given (an empty value: without that header); then
  # received() or failed(). A time-out above 0: failed() then, too.

  serve @4;
  # Answer with the entry: status and response headers are given.

  serveAndRevalidate @5;
  # As serve; and as fetch behind it.

  race @6;
  # As serve and fetch at once: the first answers.

  fail @7;
  # There is no answer: the status given without a body, or a network error.

  pass @8;
  # The network's response is the answer, and is not stored.

  store @9;
  # It is the answer, and is stored with the record given.

  freshen @10;
  # The entry gets the record given; then as serve.

  retry @11;
  # As fetch: what came back helps nobody.

  update @12;
  # The network's response is the answer; the entry gets the record given.
}

enum Reason @0xb6e41fc8d7035a92 {
  # Why. `seconds` says how many.

  none @0;

  # --- not cached at all ---
  noRoute @1;
  networkOnly @2;
  # The route's strategy.
  notHttp @3;
  unsafeMethod @4;
  methodNotCached @5;
  # A safe method other than GET and HEAD.
  preconditions @6;
  # If-Match and If-Unmodified-Since are for the origin (RFC 9111, 4.3.2).
  requestNoStore @7;
  paramsTooLarge @8;

  # --- hits ---
  fresh @9;
  # For so many seconds still.
  freshHeuristic @10;
  # The same, by a tenth of its age when it came.
  freshByTtl @11;
  # The same, by the route's or the method's TTL.
  immutable @12;
  # A reload wants it anew, and RFC 8246 says that it cannot have changed. Fresh for so many seconds.
  staleByRequest @13;
  # The request takes stale ones. Stale for so many seconds, as in all that follow here.
  staleWhileRevalidate @14;
  staleByStrategy @15;
  staleIfError @16;
  staleDisconnected @17;
  staleAfterTimeout @18;
  notModified @19;
  # The origin says that the entry is good.

  # --- asked for anew ---
  notStored @20;
  varyDiffers @21;
  varyNeverMatches @22;
  # `Vary: *`, or of cookies, which a page does not see, without an identity.
  unreadable @23;
  # The entry's record is of another version, or damaged.
  expired @24;
  # So many seconds ago.
  requestNoCache @25;
  responseNoCache @26;
  requestMaxAge @27;
  # Its age is so many seconds.
  requestMinFresh @28;
  # It is fresh for so many seconds only.
  networkFirst @29;
  pushesMissed @30;
  # The server may have pushed an invalidation that was not received.
  rangeNotCached @31;
  # Several ranges, or not of bytes.
  validatorDiffers @32;
  # A 304 that is not about the entry.
  onlyIfCached @33;
  mustRevalidate @34;
  # Stale, not to be used without the origin's word, and there is none.
  errorWindowOver @35;
  # Stale for longer than stale-if-error allows.
  networkFailed @36;
  tooSlow @37;
  # The time is up, and nothing can be used instead: go on waiting.

  # --- stored, or why not ---
  stored @38;
  responseNoStore @39;
  statusNotUnderstood @40;
  # `must-understand`, or no final status.
  partialContent @41;
  # Only whole responses are stored (RFC 9111, 3.3 leaves that to us).
  notCacheable @42;
  # Neither its status nor a header makes it so.
  opaque @43;
  # The page must not see its headers, so nobody knows how long it is good.
  redirected @44;
  # It is the answer to another address.
  privateToOne @45;
  # For one user, on a route with the scope public.
  noIdentity @46;
  # The request has Authorization and nobody said whose it is: call identify().
  headNotStored @47;
  validatedElsewhere @48;
  # A 304 that answers the page's own condition.

  # --- evicted ---
  tooManyEntries @49;
  tooManyBytes @50;
  roomNeeded @51;
  tagInvalidated @52;
  identityChanged @53;
  changed @54;
  # By an unsafe request, or a HEAD that says so.
}
