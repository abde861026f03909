#include "runtime/replay/journal_query_service.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "runtime/cell/system.hpp"
#include "runtime/journal/recorder.hpp"
#include "runtime/mail/control.hpp"

namespace troupe::runtime {

namespace {

constexpr std::size_t questions_max = 16;
constexpr auto change_looked_for_every = std::chrono::seconds{1};
/// Cells that are reminded at one time of the state that they owe the journal.
constexpr std::size_t cells_at_once = 200;
constexpr auto between_reminders = std::chrono::milliseconds{10};

template <class Answer>
past_told told(const std::string& token, const result<Answer>& answer) {
  if (!answer)
    return {token, false, answer.error().message, nullptr};
  return {token, true, {}, to_json(*answer)};
}

} // namespace

class archive_loop final : public sink {
public:
  explicit archive_loop(system& sys) : sys_{sys}, thread_{[this] { run(); }} {}

  void deliver(envelope mail) override {
    std::lock_guard guard{lock_};
    if (questions_.size() < questions_max)
      questions_.push_back(std::move(mail));
    else
      answer(mail.what, failure{errc::refused, "too many questions about the past at one time"});
    changed_.notify_all();
  }

  void end() {
    {
      std::lock_guard guard{lock_};
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

private:
  void run() {
    std::unique_lock guard{lock_};
    while (true) {
      changed_.wait_for(guard, reminding_ ? between_reminders : change_looked_for_every,
                        [this] { return ending_ || !questions_.empty(); });
      if (ending_)
        return;
      if (questions_.empty()) {
        guard.unlock();
        remind_cells();
        guard.lock();
        continue;
      }
      auto mail = std::move(questions_.front());
      questions_.pop_front();
      guard.unlock();
      answer(mail.what, {});
      guard.lock();
    }
  }

  // A part of the journal that begins again must have everybody's state in it, also of those that
  // take nothing for a while.
  void remind_cells() {
    auto& journal = sys_.journal();
    if (!journal.on())
      return;
    if (auto epoch = journal.epoch(); epoch != reminded_epoch_) {
      reminded_epoch_ = epoch;
      reminding_ = true;
      next_cell_.clear();
    }
    if (!reminding_)
      return;
    auto page = sys_.paths().walk("/", next_cell_, cells_at_once);
    for (auto& one : page.ports)
      deliver_control(address{one}, any_message{record_state{}}, {});
    next_cell_ = page.next;
    reminding_ = !next_cell_.empty();
  }

  /// With `refusal`, if it is one.
  void answer(const any_message& question, const std::optional<failure>& refusal) {
    auto say = [&](const address& to, past_told what) {
      if (refusal)
        what = {what.token, false, refusal->message, nullptr};
      sys_.send(to, any_message{std::move(what)}, sys_.address_of(journal_query_path));
    };
    auto folder = [&]() -> std::string {
      if (!sys_.recorder())
        return {};
      sys_.recorder()->flush();
      return sys_.recorder()->view().folder;
    };
    if (auto* past = question.as<tell_past_state>())
      say(past->requester,
          refusal ? past_told{past->token}
                  : told(past->token, state_at(folder(), sys_.kinds(), past->path, past->when)));
    else if (auto* causes = question.as<tell_causes>())
      say(causes->requester,
          refusal ? past_told{causes->token}
                  : told(causes->token, causes_of(folder(), sys_.kinds(), causes->what)));
    else if (auto* segments = question.as<tell_segments>())
      say(segments->requester,
          refusal ? past_told{segments->token}
                  : past_told{segments->token, true, {}, to_json(spans_of(folder()))});
  }

  system& sys_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<envelope> questions_;
  bool ending_ = false;
  // The thread's own:
  std::uint64_t reminded_epoch_ = 0;
  bool reminding_ = false;
  std::string next_cell_;
  std::thread thread_; ///< Begun last.
};

journal_query_service::journal_query_service(system& sys)
  : system_{&sys}, loop_{std::make_shared<archive_loop>(sys)} {
  sys.address_of(journal_query_path).at()->bind(loop_);
}

journal_query_service::~journal_query_service() {
  system_->address_of(journal_query_path).at()->unbind();
  loop_->end();
}

} // namespace troupe::runtime
