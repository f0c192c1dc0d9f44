// Owns the stepping of a handshake for tests that are not about turns: a session that waits for
// nothing but its turn is called again.
#pragma once

#include "session/session_progress.h"

namespace pinlatch::test {

// Shake has `session` go on with its handshake until it waits for bytes, or is over.
template <typename Session, typename Time>
tls::SessionProgress Shake(Session& session, Time now) {
  for (;;) {
    const tls::SessionProgress progress = session.Handshake(now);
    if (progress != tls::SessionProgress::kWantTurn) return progress;
  }
}

}  // namespace pinlatch::test
