// See pin_record.h.
#include "exchange/pin_record.h"

#include "log/security_log.h"

namespace pinlatch::proxy {

void RecordPinUse(WorkerContext& worker, const KnownPeer& peer, const Generation& generation,
                  uint32_t client, UnixSeconds now) {
  const snapshot::Client& rule = generation.snapshot.clients[client];
  for (const UsedPin& used : peer.clients.used_pins()) {
    if (used.client != client) continue;
    const uint32_t number = generation.pins.NumberOf(client, used.pin);
    worker.pin_use.Touch(number, now);
    if (used.is_retiring && worker.pin_use.ShouldWarn(number, now)) {
      LogRetiringPin(worker, peer, rule, rule.pins[used.pin]);
    }
  }
}

}  // namespace pinlatch::proxy
