// See clock_warnings.h.
#include "server/clock_warnings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "trust/certificate_rules.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::server {
namespace {

void AddBeginnings(const tls::Credentials& credentials, std::vector<UnixSeconds>& into) {
  for (const tls::OwnCredential& credential : credentials) {
    if (credential.own() != nullptr && credential.stand_in() == nullptr)
      into.push_back(credential.own()->not_before());
  }
}

}  // namespace

RaisedFloor FloorBy(const OwnCertificates& own, const ClockReading& clock) {
  std::vector<UnixSeconds> beginnings;
  for (const tls::Credentials& credentials : own.listeners) AddBeginnings(credentials, beginnings);
  AddBeginnings(own.upstreams, beginnings);
  return RaiseFloor(clock, std::move(beginnings));
}

std::vector<Error> ClockWarnings(const OwnCertificates& own, const ClockReading& clock) {
  std::vector<Error> warnings;
  const RaisedFloor raised = FloorBy(own, clock);
  if (clock.now() < raised.floor) {
    warnings.emplace_back(ErrorCode::kClockWrong, "the clock says " + tls::TimeText(clock.now()) +
                                                      ", but it is at least " +
                                                      tls::TimeText(raised.floor));
  }
  for (const UnixSeconds moment : raised.left_out) {
    warnings.emplace_back(ErrorCode::kClockEvidenceLeftOut,
                          "a certificate of the gateway is valid from " + tls::TimeText(moment) +
                              ", more than 400 days ahead");
  }
  return warnings;
}

bool AreFloorsOld(const proxy::Generation& generation, const ClockReading& clock) {
  const auto differ = [&](UnixSeconds one, UnixSeconds other) {
    return one != other && std::max(one, other) > clock.now();
  };
  const UnixSeconds floor = FloorBy(OwnCertificatesOf(generation), clock).floor;
  if (differ(floor, generation.clock_floor)) return true;
  const ClockReading judged_by = clock.WithFloor(floor);
  return std::any_of(generation.trust.begin(), generation.trust.end(), [&](const auto& bundle) {
    const tls::TrustBundle::Impl& impl = bundle->impl();
    return differ(tls::FloorByLists(impl, judged_by).floor, impl.clock_floor);
  });
}

}  // namespace pinlatch::server
