// Who is admitted, and what the others are told.
#include "policy/decide.h"

#include <algorithm>

#include "doctest/doctest.h"

namespace pinlatch::policy {
namespace {

using snapshot::Allow;
using snapshot::Route;

const identity::PeerIdentity kSomeone;

Route RouteFor(Allow allow, std::vector<uint32_t> clients = {}) {
  Route route;
  route.allow = allow;
  route.clients = std::move(clients);
  return route;
}

// Of clients without scopes.
Decision Decide(const Route& route, const identity::PeerIdentity* identity,
                const ClientSet& matched) {
  return policy::Decide(route, identity, matched, std::vector<snapshot::Client>(9));
}

void CheckAdmits(const Decision& decision, std::optional<uint32_t> client) {
  CHECK(decision.admitted);
  CHECK(decision.client == client);
}

void CheckRefuses(const Decision& decision, ErrorCode reason) {
  CHECK_FALSE(decision.admitted);
  CHECK(decision.reason == reason);
  CHECK_FALSE(decision.client.has_value());
}

TEST_CASE("a decision that nobody made refuses") {
  CheckRefuses(Decision(), ErrorCode::kNotPinned);
}

TEST_CASE("a route that says nothing admits nobody") {
  CheckRefuses(Decide(Route(), &kSomeone, {0, 1, 2}), ErrorCode::kNotPinned);
  CheckRefuses(Decide(Route(), nullptr, {}), ErrorCode::kCertificateRequired);
}

TEST_CASE("anyone admits with and without a certificate") {
  CheckAdmits(Decide(RouteFor(Allow::kAnyone), nullptr, {}), std::nullopt);
  CheckAdmits(Decide(RouteFor(Allow::kAnyone), &kSomeone, {}), std::nullopt);
}

TEST_CASE("anyone and any-trusted name the first client that the identity is") {
  CheckAdmits(Decide(RouteFor(Allow::kAnyone), &kSomeone, {3, 5}), 3);
  CheckAdmits(Decide(RouteFor(Allow::kAnyTrusted), &kSomeone, {3, 5}), 3);
}

TEST_CASE("any-trusted admits every certificate and demands one") {
  CheckAdmits(Decide(RouteFor(Allow::kAnyTrusted), &kSomeone, {}), std::nullopt);
  CheckRefuses(Decide(RouteFor(Allow::kAnyTrusted), nullptr, {}), ErrorCode::kCertificateRequired);
}

TEST_CASE("clients demands a certificate") {
  CheckRefuses(Decide(RouteFor(Allow::kClients, {1}), nullptr, {}),
               ErrorCode::kCertificateRequired);
}

TEST_CASE("matches without an identity count for nothing") {
  CheckRefuses(Decide(RouteFor(Allow::kClients, {1}), nullptr, {1}),
               ErrorCode::kCertificateRequired);
  CheckRefuses(Decide(RouteFor(Allow::kAnyTrusted), nullptr, {1}), ErrorCode::kCertificateRequired);
  CheckAdmits(Decide(RouteFor(Allow::kAnyone), nullptr, {1}), std::nullopt);
}

TEST_CASE("clients admits exactly where both sets meet, by the lowest") {
  for (uint32_t allowed_bits = 1; allowed_bits < 64; ++allowed_bits) {
    for (uint32_t matched_bits = 0; matched_bits < 64; ++matched_bits) {
      std::vector<uint32_t> allowed;
      ClientSet matched;
      std::optional<uint32_t> lowest;
      for (uint32_t i = 0; i < 6; ++i) {
        const bool in_allowed = (allowed_bits >> i & 1) != 0;
        const bool in_matched = (matched_bits >> i & 1) != 0;
        if (in_allowed) allowed.push_back(i);
        if (in_matched) matched.push_back(i);
        if (in_allowed && in_matched && !lowest.has_value()) lowest = i;
      }
      const Decision decision = Decide(RouteFor(Allow::kClients, allowed), &kSomeone, matched);
      CAPTURE(allowed_bits);
      CAPTURE(matched_bits);
      if (lowest.has_value()) {
        CheckAdmits(decision, lowest);
      } else {
        CheckRefuses(decision, ErrorCode::kNotPinned);
      }
    }
  }
}

TEST_CASE("whoever has every scope that the route wants is admitted, and else the first is told") {
  const std::vector<std::vector<uint32_t>> sets = {{}, {0}, {1}, {0, 1}, {1, 2}, {0, 1, 2}};
  for (const auto& wanted : sets) {
    for (const auto& of_first : sets) {
      for (const auto& of_second : sets) {
        Route route = RouteFor(Allow::kClients, {1, 2});
        route.scopes = wanted;
        std::vector<snapshot::Client> clients(3);
        clients[0].scopes = {0, 1, 2};  // not allowed
        clients[1].scopes = of_first;
        clients[2].scopes = of_second;
        const Decision decision = policy::Decide(route, &kSomeone, {0, 1, 2}, clients);
        const auto has = [&wanted](const std::vector<uint32_t>& scopes) {
          for (const uint32_t scope : wanted) {
            if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) return false;
          }
          return true;
        };
        if (has(of_first) || has(of_second)) {
          CheckAdmits(decision, has(of_first) ? 1 : 2);
        } else {
          CHECK_FALSE(decision.admitted);
          CHECK(decision.reason == ErrorCode::kInsufficientScope);
          CHECK(decision.client == 1U);
          CHECK(MissingScopes(clients[1], route).size() +
                    static_cast<size_t>(std::count_if(wanted.begin(), wanted.end(),
                                                      [&of_first](uint32_t scope) {
                                                        return std::find(of_first.begin(),
                                                                         of_first.end(),
                                                                         scope) != of_first.end();
                                                      })) ==
                wanted.size());
        }
      }
    }
  }
}

TEST_CASE("the clients of a route that admits others too do not matter") {
  CheckAdmits(Decide(RouteFor(Allow::kAnyTrusted, {7}), &kSomeone, {2}), 2);
}

TEST_CASE("a rule that does not exist admits nobody") {
  CheckRefuses(Decide(RouteFor(static_cast<Allow>(9), {1}), &kSomeone, {1}), ErrorCode::kNotPinned);
  CheckRefuses(Decide(RouteFor(static_cast<Allow>(9), {1}), nullptr, {1}),
               ErrorCode::kCertificateRequired);
}

}  // namespace
}  // namespace pinlatch::policy
