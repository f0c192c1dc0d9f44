// Owns the wall clock of this process: the system's, or for a test one that is ahead of it. Any
// thread.
#pragma once

#include <napi.h>

#include "base/clock.h"

namespace pinlatch::binding {

// WallNow is what everything decides by that this process serves or judges now.
UnixSeconds WallNow();

// IsClockConfirmed says whether somebody vouches for WallNow: for the system's clock the system
// (io/clock_sync.h), for a test's the test.
bool IsClockConfirmed();

// setClockAhead(seconds: number): void. From now on WallNow is so far ahead of the system's clock,
// negative: behind it, and what is open is judged again, as when somebody sets that clock. For
// tests: src/engine does not know it, so that no command and no configuration leads here. Whoever
// runs code in this process decides about it anyway.
Napi::Value SetClockAhead(const Napi::CallbackInfo& info);

// setClockConfirmed(confirmed: boolean): void. From now on IsClockConfirmed says this, whatever the
// system says. For tests, as setClockAhead, which is called after it.
Napi::Value SetClockConfirmed(const Napi::CallbackInfo& info);

}  // namespace pinlatch::binding
