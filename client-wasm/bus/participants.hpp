// SPDX-License-Identifier: Apache-2.0
// Who takes part in a segment: join, sleep, leave, die.
//
//   free -> joining -> alive -> leaving -> free      of its own accord
//                        |         ^
//                        +-> dead -+                 mark_dead(), then reclaim()
//
// A slot's generation grows by one with each participant, and a ticket names both: one that comes
// back after it was declared dead finds that its ticket is no longer good, before each thing it does.
// That leaves what it is doing at that very moment. Therefore mark_dead() only closes its pipes, and
// what it held is given to others by reclaim(): when the host knows that its thread has stopped, or
// has waited long enough after terminating it.
//
// One participant supervises: it alone calls mark_dead() and reclaim() (in a page: the page, which
// made the workers). One that dies while it is joining or leaving is treated in the same way.
#pragma once

#include <cstdint>

#include "client-wasm/bus/segment.hpp"

namespace cortado::bus {

/// Takes a slot: the ticket. `spins_limit`: looks at the doorbell before sleeping, at the most; 0 for
/// none. full.
Status join(Segment& segment, std::uint32_t spins_limit);

/// Ends all pipes of `me`, frees all it holds. How many others are there; who hears 0 is the last.
/// (Two that leave at one time may both hear it.)
Status leave(Segment& segment, std::uint32_t me);

/// Declares dead who is in that slot: its pipes are closed for all others, who are woken. What it
/// held stays as it is. no_participant when it is not alive, joining or leaving.
Status mark_dead(Segment& segment, std::uint32_t me, std::uint32_t slot);

/// The thread of a dead participant has stopped: frees what it held, and its slot.
Status reclaim(Segment& segment, std::uint32_t me, std::uint32_t slot);

/// `me` is going to do nothing until the participant in slot `to` has answered. 0; deadlock: that one
/// waits for `me`, perhaps by way of others, and `me` must not. Of several whose waits close a cycle at
/// one time at least one hears it: each stores its own before it loads the others', and all of it is
/// sequentially consistent, so the last to store sees the whole cycle. gone, no_participant.
Status wait_for(Segment& segment, std::uint32_t me, std::uint32_t to);

/// The wait is over. gone.
Status wait_no_more(Segment& segment, std::uint32_t me);

/// Looks at the doorbell for a while. Whether there is something; if not, sleep. How long it looks
/// doubles when it was worth it and halves when it was not; now and then it tries the whole limit.
bool spin(Segment& segment, std::uint32_t me);

/// As Doorbell::prepare_to_wait(); do_not_wait, too, for who is not alive any more.
std::uint32_t prepare_to_wait(Segment& segment, std::uint32_t me);

/// After each wait, and whenever else: is awake, shows it, and takes the slots that have something.
std::uint32_t look(Segment& segment, std::uint32_t me);

}  // namespace cortado::bus
