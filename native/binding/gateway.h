// Owns the JavaScript class Gateway: one server::Server, its events and its drain as JavaScript
// sees them. JavaScript thread only.
#pragma once

#include <napi.h>

#include <atomic>
#include <memory>
#include <optional>

#include "server/server.h"

namespace pinlatch::binding {

class Addon;

// Gateway wraps a server. From start() to the end of close() it is not garbage, whatever JavaScript
// still refers to.
class Gateway final : public Napi::ObjectWrap<Gateway> {
 public:
  static Napi::Function Define(Napi::Env env);

  explicit Gateway(const Napi::CallbackInfo& info);
  ~Gateway() override;

  // CloseForEnvironment joins the workers as the environment ends; no JavaScript may run any more.
  void CloseForEnvironment();
  // Reexamine has what is open judged again: the clock was set.
  void Reexamine() { server_.Reexamine(); }

 private:
  // apply(document: string): issue[]; it serves now when none is an error.
  Napi::Value Apply(const Napi::CallbackInfo& info);
  // start(): { name, address, port }[]; throws an issue as Error.
  Napi::Value Start(const Napi::CallbackInfo& info);
  // boundListeners(): { name, address, port }[], of the generation that serves; none before
  // start().
  Napi::Value BoundListeners(const Napi::CallbackInfo& info);
  // drain(deadlineMs: number): Promise<number>, of connections that were cut; once.
  Napi::Value Drain(const Napi::CallbackInfo& info);
  // close(): void. A drain that is still awaited is rejected. Idempotent.
  Napi::Value Close(const Napi::CallbackInfo& info);
  // generation: number, 0 before the first apply().
  Napi::Value Generation(const Napi::CallbackInfo& info);
  // readCounters(): { [name]: number }.
  Napi::Value ReadCounters(const Napi::CallbackInfo& info);
  // readListeners(): { name, [count]: number }[], of the generation that serves.
  Napi::Value ReadListeners(const Napi::CallbackInfo& info);
  // readDescriptors(): { limit, listeners: { name, connections, configured }[] }, of the generation
  // that serves.
  Napi::Value ReadDescriptors(const Napi::CallbackInfo& info);
  // findDenials(key: string): string[], the lines about a refusal, by its id or the client's
  // address.
  Napi::Value FindDenials(const Napi::CallbackInfo& info);
  // pinUse(): { client, kind, value, label, notBefore, expires, lastUsed }[], every pin of the
  // generation that serves; times are Unix seconds or null.
  Napi::Value PinUse(const Napi::CallbackInfo& info);
  // readUpstreams(): { upstream, endpoint, state, backup, weight, inFlight, requests, failures,
  // addresses: string[] }[], in the order of the configuration.
  Napi::Value ReadUpstreams(const Napi::CallbackInfo& info);
  // readRecentClients(): { listener, serverName, lastSeen, open, identity, chain: Buffer[] }[].
  Napi::Value ReadRecentClients(const Napi::CallbackInfo& info);
  // rememberList(mark): void, before apply(); throws an issue as Error when it cannot be read.
  Napi::Value RememberList(const Napi::CallbackInfo& info);
  // rememberedLists(): mark[], see list_marks.h.
  Napi::Value RememberedLists(const Napi::CallbackInfo& info);
  // forgetLists(bundle: string, issuer: Uint8Array): number, of marks that were dropped.
  Napi::Value ForgetLists(const Napi::CallbackInfo& info);
  // onEvents(callback: () => void): void; called at most once between two drainEvents().
  Napi::Value OnEvents(const Napi::CallbackInfo& info);
  // onReviewDue(callback: () => void): void; called when review() may find others than it did.
  Napi::Value OnReviewDue(const Napi::CallbackInfo& info);
  // review(): issue[], the warnings of this moment.
  Napi::Value Review(const Napi::CallbackInfo& info);
  // raiseClockFloor(seconds: number): void; that moment has passed. Before apply().
  Napi::Value RaiseClockFloor(const Napi::CallbackInfo& info);
  // readClock(): { now, floor, confirmed, judgedAnew }, of the generation that serves.
  Napi::Value ReadClock(const Napi::CallbackInfo& info);
  // readLists(): { trust, source, issuer, number, delta, thisUpdate, nextUpdate, problem }[], of
  // the generation that serves; number is "" and nextUpdate null where the list has none.
  Napi::Value ReadLists(const Napi::CallbackInfo& info);
  // drainEvents(): Buffer of newline-terminated JSON lines.
  Napi::Value DrainEvents(const Napi::CallbackInfo& info);

  bool RefuseWhenClosed(Napi::Env env, const char* signature) const;
  void AnnounceEvents();  // any thread
  void CallOnEvents();
  void AnnounceReview();  // any thread
  void CallOnReviewDue();
  void FinishDrain(Napi::Env env, size_t cut);

  // Handle lets a posted task find out whether its gateway still exists; read on the JavaScript
  // thread only.
  using Handle = std::shared_ptr<Gateway*>;

  Addon* addon_;  // nullptr once the environment ends
  const Handle handle_ = std::make_shared<Gateway*>(this);
  std::atomic<bool> announced_{false};
  Napi::FunctionReference on_events_;
  Napi::FunctionReference on_review_due_;
  std::optional<Napi::Promise::Deferred> drain_;
  bool drained_ = false;
  bool started_ = false;
  bool closed_ = false;
  server::Server server_;  // last: its threads end before what they call
};

}  // namespace pinlatch::binding
