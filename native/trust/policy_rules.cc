// Follows RFC 5280 section 6.1.3 (d) to (f) and 6.1.4 (a) to (j). Equal policies of a level are one
// node, as in the graph of RFC 9618, so nothing grows exponentially. The graph is empty exactly
// when its deepest level is; a node knows its parents, for the way back up.
#include "trust/policy_rules.h"

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
    levels_.push_back(policies ? NextLevel(*policies, any_counts) : Level());
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

  // ConstrainedSet follows the last certificate: the policies by the names that they have where the
  // path does not constrain them yet (RFC 5280 section 6.1.5 (g) (iii) 1).
  Policies ConstrainedSet() const {
    Policies set;
    Policies reached;
    for (const auto& [policy, node] : levels_.back()) reached.insert(policy);
    if (reached.contains(kAnyPolicy)) set.insert(kAnyPolicy);
    for (auto level = levels_.rbegin(); level + 1 != levels_.rend(); ++level) {
      Policies above;
      for (const Policy policy : reached) {
        const Policies& parents = level->at(policy).parents;
        if (policy != kAnyPolicy && parents.contains(kAnyPolicy)) set.insert(policy);
        above.insert(parents.begin(), parents.end());
      }
      reached = std::move(above);
    }
    return set;
  }

 private:
  // Node is a valid policy: what it is called one certificate further down, and the policies of the
  // level above that it follows from.
  struct Node {
    Policies names;
    Policies parents;
  };
  using Level = std::map<Policy, Node>;

  // Names maps what the policies of the deepest level, but for anyPolicy, are called below to them.
  std::map<Policy, Policies> Names() const {
    std::map<Policy, Policies> names;
    for (const auto& [policy, node] : levels_.back()) {
      if (policy == kAnyPolicy) continue;
      for (const Policy name : node.names) names[name].insert(policy);
    }
    return names;
  }

  Level NextLevel(const std::vector<Policy>& policies, bool any_counts) const {
    const std::map<Policy, Policies> names = Names();
    const bool had_any = levels_.back().contains(kAnyPolicy);
    Level next;
    for (const Policy policy : policies) {
      if (policy == kAnyPolicy) continue;
      const auto named = names.find(policy);
      if (named != names.end()) {
        next[policy] = {{policy}, named->second};
      } else if (had_any) {
        next[policy] = {{policy}, {kAnyPolicy}};
      }
    }
    const bool has_any = std::find(policies.begin(), policies.end(), kAnyPolicy) != policies.end();
    if (!has_any || !any_counts) return next;
    for (const auto& [name, parents] : names) next.insert({name, {{name}, parents}});
    if (had_any) next[kAnyPolicy] = {{kAnyPolicy}, {kAnyPolicy}};
    return next;
  }

  void Map(const std::vector<std::pair<Policy, Policy>>& mappings) {
    std::map<Policy, Policies> mapped;
    for (const auto& [from, to] : mappings) mapped[from].insert(to);
    Level& level = levels_.back();
    for (auto& [from, to] : mapped) {
      if (mapping_ == 0) {
        level.erase(from);
      } else if (const auto node = level.find(from); node != level.end()) {
        node->second.names = std::move(to);
      } else if (level.contains(kAnyPolicy)) {
        level[from] = {std::move(to), {kAnyPolicy}};
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
    if (explicit_policy_ > 0 || !levels_.back().empty()) return std::nullopt;
    return Failure{Rule::kExplicitPolicy, &certificate, {}};
  }

  size_t explicit_policy_;
  size_t mapping_;
  size_t any_policy_;
  std::vector<Level> levels_{{{kAnyPolicy, {{kAnyPolicy}, {}}}}};  // from the top down
};

// Walk goes down the path from the certificate at `first` on.
Check Walk(const Path& path, size_t first, PolicyState& state) {
  for (size_t i = first; i < path.size(); ++i) {
    const bool is_last = i + 1 == path.size();
    PINLATCH_HOLD(state.Process(*path[i], is_last));
    PINLATCH_HOLD(is_last ? state.Finish(*path[i]) : state.Prepare(*path[i]));
  }
  return std::nullopt;
}

}  // namespace

Check CheckPolicies(const Path& path) {
  PolicyState state(path.size() - 1);
  return Walk(path, 1, state);
}

std::vector<std::string> ValidPolicies(const Path& path, bool is_issued_anchor) {
  if (!path.back()->extensions().policies) return {};
  const bool counts_anchor =
      path.size() == 1 || is_issued_anchor || path.front()->extensions().policies.has_value();
  const size_t first = counts_anchor ? 0 : 1;
  PolicyState state(path.size() - first);
  std::vector<std::string> valid;
  if (Walk(path, first, state)) return valid;
  for (const Policy policy : state.ConstrainedSet()) valid.push_back(OidText(AsBytes(policy)));
  return valid;
}

}  // namespace pinlatch::tls
