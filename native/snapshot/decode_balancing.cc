// Owns the decoding of what an upstream says about choosing among its endpoints.
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

// A field of the request line or of a head that is sent as it stands: nothing that could end it.
bool IsVisibleAscii(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c >= '\x7f') return false;
  }
  return true;
}

const TextRule kHealthTargetRule{[](std::string_view text) {
                                   return text.starts_with('/') && text.size() <= 1024 &&
                                          IsVisibleAscii(text) &&
                                          text.find('#') == std::string_view::npos;
                                 },
                                 "a path of visible ASCII characters, optionally with a query"};
const TextRule kHealthHostRule{[](std::string_view text) {
                                 return !text.empty() && text.size() <= 261 &&
                                        IsVisibleAscii(text) &&
                                        text.find_first_of("/?#@\\") == std::string_view::npos;
                               },
                               "a host, optionally with a port"};
const TextRule kHashHeaderRule{[](std::string_view text) {
                                 for (const char c : text) {
                                   if (c >= 'A' && c <= 'Z') return false;
                                 }
                                 return kResponseFieldNameRule.holds(text);
                               },
                               "a header field name in lower case"};

Status DecodeBalance(const Value& value, Balancing& into) {
  ObjectReader object(value);
  PINLATCH_TRY(
      object.Field("policy", into.policy,
                   OneOf<BalancePolicy>{{"round-robin", BalancePolicy::kRoundRobin},
                                        {"least-connections", BalancePolicy::kLeastConnections},
                                        {"hash", BalancePolicy::kHash}}));
  PINLATCH_TRY(object.Field("hashHeader", into.hash_header, NullOr{Text{kHashHeaderRule}}));
  PINLATCH_TRY(object.Field("failback", into.failback, Flag{}));
  PINLATCH_TRY(object.Field("slowStartMs", into.slow_start, Within(ranges::kUpstreamSlowStart)));
  PINLATCH_TRY(object.Finish());
  if (into.hash_header.empty() || into.policy == BalancePolicy::kHash) return {};
  return value.Problem("a field to hash without hashing", "\"hashHeader\": null");
}

Status DecodeHealth(const Value& value, HealthCheck& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("target", into.target, NullOr{Text{kHealthTargetRule}}));
  PINLATCH_TRY(object.Field("host", into.host, NullOr{Text{kHealthHostRule}}));
  PINLATCH_TRY(object.Field("intervalMs", into.interval, Within(ranges::kHealthCheckInterval)));
  PINLATCH_TRY(object.Field("timeoutMs", into.timeout, Within(ranges::kHealthCheckTimeout)));
  PINLATCH_TRY(object.Field("healthy", into.healthy, Within(ranges::kHealthCheckHealthy)));
  PINLATCH_TRY(object.Field("unhealthy", into.unhealthy, Within(ranges::kHealthCheckUnhealthy)));
  PINLATCH_TRY(
      object.Field("expectFrom", into.expect_from, Within(ranges::kHealthCheckExpectEach)));
  PINLATCH_TRY(object.Field("expectTo", into.expect_to,
                            Whole{into.expect_from, ranges::kHealthCheckExpectEach.most}));
  PINLATCH_TRY(object.Finish());
  if (into.timeout <= into.interval) return {};
  return value.Problem("a timeout longer than the interval", "one that is not");
}

Status DecodeEjection(const Value& value, Ejection& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("failures", into.failures, Within(ranges::kEjectionFailures)));
  PINLATCH_TRY(object.Field("baseMs", into.base, Within(ranges::kEjectionTime)));
  PINLATCH_TRY(object.Field("mostMs", into.most, Within(ranges::kEjectionMaxTime)));
  PINLATCH_TRY(object.Field("mostPercent", into.most_percent, Within(ranges::kEjectionMaxPercent)));
  PINLATCH_TRY(object.Finish());
  if (into.base <= into.most) return {};
  return value.Problem("a base longer than the most", "one that is not");
}

Status DecodeRetries(const Value& value, Retries& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("attempts", into.attempts, Within(ranges::kRetriesAttempts)));
  PINLATCH_TRY(object.Field("onConnect", into.on_connect, Flag{}));
  PINLATCH_TRY(object.Field("onReset", into.on_reset, Flag{}));
  PINLATCH_TRY(
      object.Field("budgetPercent", into.budget_percent, Within(ranges::kRetriesBudgetPercent)));
  return object.Finish();
}

Status DecodeLimits(const Value& value, UpstreamLimits& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("connections", into.connections,
                            Within(OrNone(ranges::kUpstreamLimitsConnections))));
  PINLATCH_TRY(
      object.Field("requests", into.requests, Within(OrNone(ranges::kUpstreamLimitsRequests))));
  PINLATCH_TRY(object.Field("queue", into.queue, Within(ranges::kUpstreamLimitsQueue)));
  PINLATCH_TRY(
      object.Field("queueMs", into.queue_timeout, Within(ranges::kUpstreamLimitsQueueTimeout)));
  return object.Finish();
}

}  // namespace

Status DecodeBalancing(ObjectReader& object, Upstream& into) {
  PINLATCH_TRY(object.Field("balancing", into.balancing, DecodeBalance));
  PINLATCH_TRY(object.Field("health", into.health, NullOr{DecodeHealth}));
  PINLATCH_TRY(object.Field("ejection", into.ejection, NullOr{DecodeEjection}));
  PINLATCH_TRY(object.Field("retries", into.retries, DecodeRetries));
  PINLATCH_TRY(object.Field("limits", into.limits, DecodeLimits));
  return object.Field("resolveMs", into.resolve_interval, Within(ranges::kUpstreamResolveInterval));
}

}  // namespace pinlatch::snapshot
