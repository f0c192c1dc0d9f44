// See gateway.h.
#include "binding/gateway.h"

#include <string>
#include <utility>
#include <vector>

#include "base/build_date.h"
#include "binding/addon.h"
#include "binding/expect.h"
#include "binding/list_marks.h"
#include "binding/to_javascript.h"
#include "binding/wall_clock.h"
#include "telemetry/counters.h"
#include "verdict/lists_in_force.h"

namespace pinlatch::binding {
namespace {

Napi::Array ToListeners(Napi::Env env, const std::vector<server::BoundListener>& bound) {
  Napi::Array listeners = Napi::Array::New(env, bound.size());
  for (uint32_t i = 0; i < bound.size(); ++i) {
    Napi::Object listener = Napi::Object::New(env);
    listener.Set("name", bound[i].name);
    listener.Set("address", bound[i].address);
    listener.Set("port", Napi::Number::New(env, bound[i].port));
    listeners.Set(i, listener);
  }
  return listeners;
}

Napi::Object ToDescriptors(Napi::Env env, const proxy::DescriptorPlan& plan,
                           const snapshot::Snapshot& snapshot) {
  Napi::Array listeners = Napi::Array::New(env, plan.connections.size());
  for (uint32_t i = 0; i < plan.connections.size(); ++i) {
    const snapshot::Listener& configured = snapshot.listeners[i];
    Napi::Object listener = Napi::Object::New(env);
    listener.Set("name", ToText(env, configured.name));
    listener.Set("connections", Napi::Number::New(env, plan.connections[i]));
    listener.Set("configured", Napi::Number::New(env, configured.limits.connections));
    listeners.Set(i, listener);
  }
  Napi::Object descriptors = Napi::Object::New(env);
  descriptors.Set("limit", Napi::Number::New(env, static_cast<double>(plan.limit)));
  descriptors.Set("listeners", listeners);
  return descriptors;
}

Napi::Object ToClient(Napi::Env env, const proxy::RecentClient& client) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("listener", ToText(env, client.listener));
  object.Set("serverName", ToText(env, client.server_name));
  object.Set("lastSeen", Napi::Number::New(env, static_cast<double>(client.last_seen)));
  object.Set("open", Napi::Number::New(env, client.open));
  object.Set("identity", ToIdentity(env, *client.identity));
  const auto& certificates = client.identity->chain;
  Napi::Array chain = Napi::Array::New(env, certificates.size());
  for (uint32_t i = 0; i < certificates.size(); ++i) {
    const std::vector<uint8_t>& der = certificates[i];
    chain.Set(i, Napi::Buffer<uint8_t>::Copy(env, der.data(), der.size()));
  }
  object.Set("chain", chain);
  return object;
}

}  // namespace

Napi::Function Gateway::Define(Napi::Env env) {
  return DefineClass(env, "Gateway",
                     {
                         InstanceMethod<&Gateway::Apply>("apply"),
                         InstanceMethod<&Gateway::Start>("start"),
                         InstanceMethod<&Gateway::BoundListeners>("boundListeners"),
                         InstanceMethod<&Gateway::Drain>("drain"),
                         InstanceMethod<&Gateway::Close>("close"),
                         InstanceAccessor<&Gateway::Generation>("generation"),
                         InstanceMethod<&Gateway::ReadCounters>("readCounters"),
                         InstanceMethod<&Gateway::PinUse>("pinUse"),
                         InstanceMethod<&Gateway::ReadUpstreams>("readUpstreams"),
                         InstanceMethod<&Gateway::ReadRecentClients>("readRecentClients"),
                         InstanceMethod<&Gateway::RememberList>("rememberList"),
                         InstanceMethod<&Gateway::RememberedLists>("rememberedLists"),
                         InstanceMethod<&Gateway::ForgetLists>("forgetLists"),
                         InstanceMethod<&Gateway::OnEvents>("onEvents"),
                         InstanceMethod<&Gateway::DrainEvents>("drainEvents"),
                         InstanceMethod<&Gateway::OnReviewDue>("onReviewDue"),
                         InstanceMethod<&Gateway::Review>("review"),
                         InstanceMethod<&Gateway::RaiseClockFloor>("raiseClockFloor"),
                         InstanceMethod<&Gateway::ReadClock>("readClock"),
                         InstanceMethod<&Gateway::ReadLists>("readLists"),
                         InstanceMethod<&Gateway::ReadListeners>("readListeners"),
                         InstanceMethod<&Gateway::ReadDescriptors>("readDescriptors"),
                         InstanceMethod<&Gateway::FindDenials>("findDenials"),
                     });
}

Gateway::Gateway(const Napi::CallbackInfo& info)
    : ObjectWrap(info),
      addon_(info.Env().GetInstanceData<Addon>()),
      server_([this] { AnnounceEvents(); }, WallNow, BuildDate(), IsClockConfirmed) {
  server_.OnReviewDue([this] { AnnounceReview(); });
  Expect(info, "new Gateway()", {});
  addon_->Adopt(*this);
}

Gateway::~Gateway() {
  *handle_ = nullptr;
  if (addon_ != nullptr) addon_->Forget(*this);
}

void Gateway::CloseForEnvironment() {
  server_.Close();
  addon_ = nullptr;
  closed_ = true;
}

Napi::Value Gateway::Apply(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "gateway.apply(document)";
  if (!Expect(info, kSignature, {{"document", Kind::kText}})) return {};
  if (RefuseWhenClosed(info.Env(), kSignature)) return {};
  const std::vector<Error> errors = server_.Apply(TextOf(info[0]));
  return ToIssues(info.Env(), errors, errors.empty() ? server_.warnings() : std::vector<Error>());
}

Napi::Value Gateway::Start(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "gateway.start()";
  if (!Expect(info, kSignature, {})) return {};
  if (RefuseWhenClosed(info.Env(), kSignature)) return {};
  const auto bound = server_.Start();
  if (!bound.ok()) {
    ToJavaScriptError(info.Env(), bound.error()).ThrowAsJavaScriptException();
    return {};
  }
  started_ = true;
  Ref();
  return ToListeners(info.Env(), *bound);
}

Napi::Value Gateway::BoundListeners(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.boundListeners()", {})) return {};
  return ToListeners(info.Env(), server_.bound());
}

Napi::Value Gateway::Drain(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "gateway.drain(deadlineMs)";
  if (!Expect(info, kSignature, {{"deadlineMs", Kind::kMilliseconds}})) return {};
  if (RefuseWhenClosed(info.Env(), kSignature)) return {};
  if (drained_) {
    const Error again(ErrorCode::kDraining, std::string(kSignature) + ": called before");
    ToJavaScriptError(info.Env(), again).ThrowAsJavaScriptException();
    return {};
  }
  drained_ = true;
  drain_ = Napi::Promise::Deferred::New(info.Env());
  const Napi::Promise promise = drain_->Promise();
  addon_->thread().Hold();
  const Milliseconds deadline(info[0].As<Napi::Number>().Int64Value());
  server_.Drain(deadline, [handle = handle_, &thread = addon_->thread()](size_t cut) {
    thread.Post([handle, cut](Napi::Env env) {
      if (*handle != nullptr) (*handle)->FinishDrain(env, cut);
    });
  });
  return promise;
}

void Gateway::FinishDrain(Napi::Env env, size_t cut) {
  if (!drain_) return;  // closed in the meantime
  addon_->thread().Release();
  std::exchange(drain_, std::nullopt)->Resolve(Napi::Number::New(env, static_cast<double>(cut)));
}

Napi::Value Gateway::Close(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.close()", {}) || closed_) return {};
  closed_ = true;
  server_.Close();
  if (drain_) {
    addon_->thread().Release();
    const Error cut(ErrorCode::kDraining, "closed before the drain was over");
    std::exchange(drain_, std::nullopt)->Reject(ToJavaScriptError(info.Env(), cut).Value());
  }
  if (started_) Unref();
  return info.Env().Undefined();
}

Napi::Value Gateway::Generation(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(server_.generation()));
}

Napi::Value Gateway::ReadCounters(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.readCounters()", {})) return {};
  constexpr const char* kNames[] = {
#define PINLATCH_COUNTER_NAME(field, name) name,
      PINLATCH_COUNTERS(PINLATCH_COUNTER_NAME)
#undef PINLATCH_COUNTER_NAME
  };
  const std::vector<uint64_t> sums = server_.ReadCounters();
  Napi::Object counters = Napi::Object::New(info.Env());
  for (size_t i = 0; i < sums.size(); ++i) {
    counters.Set(kNames[i], Napi::Number::New(info.Env(), static_cast<double>(sums[i])));
  }
  return counters;
}

Napi::Value Gateway::ReadListeners(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.readListeners()", {})) return {};
  constexpr const char* kNames[] = {
#define PINLATCH_COUNTER_NAME(field, name) name,
      PINLATCH_LISTENER_COUNTERS(PINLATCH_COUNTER_NAME)
#undef PINLATCH_COUNTER_NAME
  };
  Napi::Array listeners = Napi::Array::New(info.Env());
  for (const server::ListenerReport& report : server_.ReadListeners()) {
    Napi::Object listener = Napi::Object::New(info.Env());
    listener.Set("name", report.name);
    for (size_t i = 0; i < report.counts.size(); ++i) {
      listener.Set(kNames[i], Napi::Number::New(info.Env(), static_cast<double>(report.counts[i])));
    }
    listeners.Set(listeners.Length(), listener);
  }
  return listeners;
}

Napi::Value Gateway::ReadDescriptors(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.readDescriptors()", {})) return {};
  if (server_.current() == nullptr) return info.Env().Null();
  return ToDescriptors(info.Env(), *server_.descriptors(), server_.current()->snapshot);
}

Napi::Value Gateway::FindDenials(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.findDenials(key)", {{"key", Kind::kText}})) return {};
  Napi::Array lines = Napi::Array::New(info.Env());
  for (const std::string& line : server_.FindDenials(TextOf(info[0]))) {
    lines.Set(lines.Length(), Napi::String::New(info.Env(), line));
  }
  return lines;
}

Napi::Value Gateway::PinUse(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.pinUse()", {})) return {};
  const std::vector<UnixSeconds> last_used = server_.ReadPinUse();
  Napi::Array uses = Napi::Array::New(info.Env(), last_used.size());
  if (server_.current() == nullptr) return uses;
  uint32_t number = 0;
  for (const snapshot::Client& client : server_.current()->snapshot.clients) {
    for (const snapshot::Pin& pin : client.pins) {
      uses.Set(number, ToPinUse(info.Env(), client, pin, last_used[number]));
      ++number;
    }
  }
  return uses;
}

Napi::Value Gateway::ReadUpstreams(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.readUpstreams()", {})) return {};
  const std::vector<proxy::EndpointReport> reports = server_.ReadUpstreams();
  Napi::Array endpoints = Napi::Array::New(info.Env(), reports.size());
  for (uint32_t i = 0; i < reports.size(); ++i) {
    endpoints.Set(i, ToEndpoint(info.Env(), reports[i]));
  }
  return endpoints;
}

Napi::Value Gateway::ReadRecentClients(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.readRecentClients()", {})) return {};
  const std::vector<proxy::RecentClient> recent = server_.ReadRecentClients();
  Napi::Array clients = Napi::Array::New(info.Env(), recent.size());
  for (uint32_t i = 0; i < recent.size(); ++i) clients.Set(i, ToClient(info.Env(), recent[i]));
  return clients;
}

Napi::Value Gateway::RememberList(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "gateway.rememberList(mark)";
  if (!Expect(info, kSignature, {{"mark", Kind::kObject}})) return {};
  std::optional<tls::ListMark> mark = ReadListMark(info[0].As<Napi::Object>(), kSignature);
  if (!mark) return {};
  const Status remembered = server_.RememberList(*std::move(mark));
  if (remembered.ok()) return info.Env().Undefined();
  ToJavaScriptError(info.Env(), remembered.error()).ThrowAsJavaScriptException();
  return {};
}

Napi::Value Gateway::RememberedLists(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.rememberedLists()", {})) return {};
  const std::vector<tls::ListMark> marks = server_.RememberedLists();
  Napi::Array lists = Napi::Array::New(info.Env(), marks.size());
  for (uint32_t i = 0; i < marks.size(); ++i) lists.Set(i, ToListMark(info.Env(), marks[i]));
  return lists;
}

Napi::Value Gateway::ForgetLists(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "gateway.forgetLists(bundle, issuer)";
  if (!Expect(info, kSignature, {{"bundle", Kind::kText}, {"issuer", Kind::kBytes}})) return {};
  const size_t dropped = server_.ForgetLists(TextOf(info[0]), BytesOf(info[1]));
  return Napi::Number::New(info.Env(), static_cast<double>(dropped));
}

Napi::Value Gateway::OnEvents(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.onEvents(callback)", {{"callback", Kind::kFunction}})) return {};
  on_events_ = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value Gateway::DrainEvents(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.drainEvents()", {})) return {};
  // Before the drain: an event that comes during it may be announced for nothing, but never not.
  announced_ = false;
  const std::string lines = server_.DrainEvents();
  return Napi::Buffer<char>::Copy(info.Env(), lines.data(), lines.size());
}

Napi::Value Gateway::OnReviewDue(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.onReviewDue(callback)", {{"callback", Kind::kFunction}})) return {};
  on_review_due_ = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value Gateway::Review(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "gateway.review()";
  if (!Expect(info, kSignature, {})) return {};
  if (RefuseWhenClosed(info.Env(), kSignature)) return {};
  return ToIssues(info.Env(), {}, server_.Review());
}

Napi::Value Gateway::RaiseClockFloor(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.raiseClockFloor(seconds)", {{"seconds", Kind::kUnixSeconds}})) {
    return {};
  }
  server_.RaiseClockFloor(info[0].As<Napi::Number>().Int64Value());
  return info.Env().Undefined();
}

Napi::Value Gateway::ReadClock(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.readClock()", {})) return {};
  const Napi::Env env = info.Env();
  const ClockReading reading = server_.ReadClock();
  Napi::Object clock = Napi::Object::New(env);
  clock.Set("now", Napi::Number::New(env, static_cast<double>(reading.now())));
  clock.Set("floor", Napi::Number::New(env, static_cast<double>(reading.floor())));
  clock.Set("confirmed", Napi::Boolean::New(env, reading.is_confirmed()));
  clock.Set("judgedAnew", Napi::Boolean::New(env, server_.IsClockJudgedAnew()));
  return clock;
}

Napi::Value Gateway::ReadLists(const Napi::CallbackInfo& info) {
  if (!Expect(info, "gateway.readLists()", {})) return {};
  Napi::Array lists = Napi::Array::New(info.Env());
  if (server_.current() == nullptr) return lists;
  const ClockReading clock = server_.ReadClock();
  for (const auto& bundle : server_.current()->trust) {
    for (const tls::ListInForce& list : tls::ListsInForce(*bundle, clock)) {
      lists.Set(lists.Length(), ToListInForce(info.Env(), list));
    }
  }
  return lists;
}

bool Gateway::RefuseWhenClosed(Napi::Env env, const char* signature) const {
  if (!closed_) return false;
  const Error closed(ErrorCode::kDraining, std::string(signature) + ": the gateway is closed");
  ToJavaScriptError(env, closed).ThrowAsJavaScriptException();
  return true;
}

void Gateway::AnnounceEvents() {
  if (announced_.exchange(true)) return;
  addon_->thread().Post([handle = handle_](Napi::Env) {
    if (*handle != nullptr) (*handle)->CallOnEvents();
  });
}

// It may be announced for nothing, but never not: each announcement is a call.
void Gateway::AnnounceReview() {
  addon_->thread().Post([handle = handle_](Napi::Env) {
    if (*handle != nullptr) (*handle)->CallOnReviewDue();
  });
}

void Gateway::CallOnReviewDue() {
  if (!on_review_due_.IsEmpty() && !closed_) on_review_due_.Call({});
}

void Gateway::CallOnEvents() {
  if (!on_events_.IsEmpty()) on_events_.Call({});
}

}  // namespace pinlatch::binding
