// Follows RFC 5280 section 6.1.3 (d) to (f) and 6.1.4 (a) to (j). The valid policy tree is needed
// one level at a time: it is empty exactly when its deepest level is, and which user policies it
// leads to does not matter when any will do. Equal policies of a level are one node, as in RFC
// 9618, so nothing grows exponentially.
#include "tls/policy_rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace pinlatch::tls {
namespace {

using Policy = std::string_view;  // an encoded OID
using Policies = std::set<Policy>;

constexpr Policy kAnyPolicy{"\x55\x1d\x20\x00", 4};

class PolicyState {
 public:
  explicit PolicyState(size_t certificates)
      : explicit_policy_(certificates + 1),
        mapping_(certificates + 1),
        any_policy_(certificates + 1) {}

  // RFC 5280 section 6.1.3 (d) to (f).
  Check Process(const Certificate& certificate, bool is_last) {
    const bool any_counts = any_policy_ > 0 || (!is_last && certificate.is_self_issued());
    const std::optional<std::vector<Policy>>& policies = certificate.extensions().policies;
    level_ = policies ? NextLevel(*policies, any_counts) : Level();
    return HoldExplicit(certificate);
  }

  // RFC 5280 section 6.1.4 (a), (b), (h), (i) and (j).
  Check Prepare(const Certificate& certificate) {
    const Extensions& extensions = certificate.extensions();
    for (const auto& [from, to] : extensions.policy_mappings) {
      if (from == kAnyPolicy || to == kAnyPolicy)
        return Failure{Rule::kPolicyMapping, &certificate, {}};
    }
    Map(extensions.policy_mappings);
    if (!certificate.is_self_issued()) {
      for (size_t* left : {&explicit_policy_, &mapping_, &any_policy_}) *left -= *left > 0 ? 1 : 0;
    }
    Constrain(extensions);
    return std::nullopt;
  }

  // RFC 5280 section 6.1.5 (a), (b) and (g).
  Check Finish(const Certificate& last) {
    if (explicit_policy_ > 0) --explicit_policy_;
    const std::optional<PolicyConstraints>& constraints = last.extensions().policy_constraints;
    if (constraints && constraints->require_explicit == 0) explicit_policy_ = 0;
    return HoldExplicit(last);
  }

 private:
  // Level maps each valid policy to what it is called one certificate further down.
  using Level = std::map<Policy, Policies>;

  Level NextLevel(const std::vector<Policy>& policies, bool any_counts) const {
    Policies expected;
    for (const auto& [policy, names] : level_) {
      if (policy != kAnyPolicy) expected.insert(names.begin(), names.end());
    }
    const bool had_any = level_.contains(kAnyPolicy);
    Level next;
    for (const Policy policy : policies) {
      if (policy != kAnyPolicy && (had_any || expected.contains(policy))) next[policy] = {policy};
    }
    const bool has_any = std::find(policies.begin(), policies.end(), kAnyPolicy) != policies.end();
    if (!has_any || !any_counts) return next;
    for (const Policy policy : expected) next[policy] = {policy};
    if (had_any) next[kAnyPolicy] = {kAnyPolicy};
    return next;
  }

  void Map(const std::vector<std::pair<Policy, Policy>>& mappings) {
    Level mapped;
    for (const auto& [from, to] : mappings) mapped[from].insert(to);
    for (auto& [from, to] : mapped) {
      if (mapping_ == 0) {
        level_.erase(from);
      } else if (level_.contains(from) || level_.contains(kAnyPolicy)) {
        level_[from] = std::move(to);
      }
    }
  }

  void Constrain(const Extensions& extensions) {
    const auto lower = [](size_t& left, const std::optional<uint32_t>& skip) {
      if (skip) left = std::min<size_t>(left, *skip);
    };
    if (extensions.policy_constraints) {
      lower(explicit_policy_, extensions.policy_constraints->require_explicit);
      lower(mapping_, extensions.policy_constraints->inhibit_mapping);
    }
    lower(any_policy_, extensions.inhibit_any_policy);
  }

  Check HoldExplicit(const Certificate& certificate) const {
    if (explicit_policy_ > 0 || !level_.empty()) return std::nullopt;
    return Failure{Rule::kExplicitPolicy, &certificate, {}};
  }

  size_t explicit_policy_;
  size_t mapping_;
  size_t any_policy_;
  Level level_{{kAnyPolicy, {kAnyPolicy}}};
};

}  // namespace

Check CheckPolicies(const Path& path) {
  PolicyState state(path.size() - 1);
  for (size_t i = 1; i < path.size(); ++i) {
    const bool is_last = i + 1 == path.size();
    PINLATCH_HOLD(state.Process(*path[i], is_last));
    PINLATCH_HOLD(is_last ? state.Finish(*path[i]) : state.Prepare(*path[i]));
  }
  return std::nullopt;
}

}  // namespace pinlatch::tls
