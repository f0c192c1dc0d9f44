// See lists_in_force.h.
#include "verdict/lists_in_force.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "identity/raw_name.h"
#include "trust/list_scope.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::tls {
namespace {

std::string ProblemOf(const HeldList& held, const TrustBundle::Impl& bundle,
                      const ClockReading& clock) {
  if (held.is_forged) return "no authority of that name in the trust bundle has signed it";
  if (held.is_outdated) return "a newer list was in use before";
  if (!held.list->algorithm()) return "its signature algorithm is not supported";
  const Check failure = CheckUsable(*held.list, *bundle.settings.revocation, clock);
  if (!failure) return {};
  const std::string rule(FactsOf(failure->rule).name);
  return failure->detail.empty() ? rule : rule + ", " + failure->detail;
}

}  // namespace

std::vector<ListInForce> ListsInForce(const TrustBundle& trust, const ClockReading& clock) {
  const TrustBundle::Impl& bundle = trust.impl();
  const ClockReading judged_by = clock.WithFloor(std::max(clock.floor(), bundle.clock_floor));
  std::vector<ListInForce> lists;
  for (const std::unique_ptr<const HeldList>& held : bundle.lists) {
    const RevocationList& list = *held->list;
    ListInForce& described = lists.emplace_back();
    described.trust = bundle.settings.name;
    described.source = held->source;
    described.issuer = identity::NameText(list.issuer_der());
    if (list.number()) described.number = list.number()->ToString();
    described.is_delta = list.is_delta();
    described.this_update = list.this_update();
    described.next_update = list.next_update();
    described.problem = ProblemOf(*held, bundle, judged_by);
  }
  return lists;
}

}  // namespace pinlatch::tls
