// See health_check.h.
#include "cluster/health_check.h"

#include <utility>

#include "base/seed.h"
#include "http/writer.h"
#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {

HealthCheck::HealthCheck(UpstreamWorker& worker, const std::shared_ptr<UpstreamCluster>& cluster,
                         UpstreamCluster::EndpointPtr endpoint)
    : worker_(worker),
      cluster_(cluster),
      endpoint_(std::move(endpoint)),
      settings_(*cluster->settings().health),
      random_(static_cast<uint32_t>(RandomSeed())) {
  worker_.loop.RunSoon(*this);
}

// Whoever checks many endpoints, or is one of many gateways, does not ask all at the same moment.
void HealthCheck::ArmInterval() {
  const Duration tenth = Duration(settings_.interval) / 10;
  std::uniform_int_distribution<int64_t> spread(-tenth.count(), tenth.count());
  worker_.loop.timers().Arm(interval_, settings_.interval + Duration(spread(random_)));
}

void HealthCheck::OnUpstreamReady() { worker_.loop.RunSoon(*this); }

void HealthCheck::Run() {
  if (phase_ == Phase::kIdle) {
    if (!interval_.armed()) Begin();
    return;
  }
  const Error* distrust = stream_ ? stream_->distrust() : nullptr;
  if (distrust != nullptr) return Fail(distrust->detail);
  while (phase_ != Phase::kIdle) {
    if (!(phase_ == Phase::kConnecting ? FinishConnecting() : ReceiveHead())) return;
  }
}

void HealthCheck::Begin() {
  ArmInterval();
  targets_ = endpoint_->targets();
  // An endpoint without addresses is not down: it says of itself that it is unresolved.
  if (!endpoint_->resolved()) return;
  target_ = endpoint_->FirstTarget();
  targets_left_ = targets_->size();
  worker_.loop.timers().Arm(timeout_, settings_.timeout);
  OpenNext("");
}

// OpenNext tries the endpoint's addresses until one takes the connection.
void HealthCheck::OpenNext(std::string reason) {
  stream_.reset();
  while (targets_left_ > 0) {
    const Target& target = (*targets_)[target_];
    target_ = (target_ + 1) % targets_->size();
    --targets_left_;
    auto opened = worker_.open_upstream(target, false, *this);
    // That says nothing about the endpoint: the next check may.
    if (!opened.ok() && opened.error().code == ErrorCode::kDescriptorsExhausted) return End();
    if (!opened.ok()) {
      reason = opened.error().detail;
      continue;
    }
    stream_ = std::move(opened).value();
    phase_ = Phase::kConnecting;
    worker_.loop.RunSoon(*this);
    return;
  }
  Fail(std::move(reason));
}

bool HealthCheck::FinishConnecting() {
  const Progress progress = stream_->Connect();
  if (progress == Progress::kBlocked) return false;
  if (progress == Progress::kFailed) {
    OpenNext(stream_->error().detail);
    return false;
  }
  if (settings_.target.empty()) {
    Pass();
    return false;
  }
  SendRequest();
  return true;
}

void HealthCheck::SendRequest() {
  const Target& target = (*targets_)[(target_ + targets_->size() - 1) % targets_->size()];
  request_.Clear();
  request_.Append("GET " + settings_.target + " HTTP/1.1\r\n");
  http::AppendField(request_, "Host", settings_.host.empty() ? target.authority : settings_.host);
  http::AppendField(request_, "User-Agent", "pinlatch-health-check");
  http::AppendField(request_, "Accept", "*/*");
  http::AppendEndOfHead(request_);
  UpstreamRequest request;
  request.head = request_.readable();
  stream_->SendHead(request);
  stream_->EndBody({});
  phase_ = Phase::kAwaitingHead;
}

bool HealthCheck::ReceiveHead() {
  if (!stream_->drained() && stream_->Flush() == Progress::kFailed) {
    Fail(stream_->error().detail);
    return false;
  }
  http::ResponseHead& head = worker_.response_head;
  const Progress progress = stream_->ReceiveHead(head);
  if (progress == Progress::kBlocked) return false;
  if (progress == Progress::kFailed) {
    Fail(stream_->error().detail);
  } else if (head.is_interim()) {
    return true;  // the answer is still to come
  } else if (head.status < settings_.expect_from || head.status > settings_.expect_to) {
    Fail("status " + std::to_string(head.status));
  } else {
    Pass();
  }
  return false;
}

void HealthCheck::OnTimer(io::Timer& timer) {
  // The next check may come due a little before the time of this one is over.
  if (phase_ != Phase::kIdle) Fail("no answer in time");
  if (&timer == &interval_) Begin();
}

void HealthCheck::Pass() {
  End();
  const std::shared_ptr<UpstreamCluster> cluster = cluster_.lock();
  in_a_row_ = endpoint_->healthy() ? 0 : in_a_row_ + 1;
  if (std::exchange(is_first_, false)) in_a_row_ = settings_.healthy;
  if (cluster && in_a_row_ >= settings_.healthy) {
    cluster->Judged(*endpoint_, true, "health checks pass");
  }
}

void HealthCheck::Fail(std::string reason) {
  End();
  const std::shared_ptr<UpstreamCluster> cluster = cluster_.lock();
  in_a_row_ = endpoint_->healthy() ? in_a_row_ + 1 : 0;
  if (std::exchange(is_first_, false)) in_a_row_ = settings_.unhealthy;
  if (cluster && in_a_row_ >= settings_.unhealthy) {
    cluster->Judged(*endpoint_, false, "health check: " + reason);
  }
}

// The connection closes with the check: what is asked is whether a new one can be had.
void HealthCheck::End() {
  phase_ = Phase::kIdle;
  timeout_.Disarm();
  stream_.reset();
  targets_.reset();
  request_.Release();
}

}  // namespace pinlatch::proxy
