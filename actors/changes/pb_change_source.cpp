#include "actors/changes/pb_change_source.hpp"

#include "storage/utf8.hpp"

namespace troupe::change_svc {

using wire::jelly;

namespace {

constexpr std::size_t file_name_max = 1024, author_max = 255, revision_max = 255, branch_max = 256,
                      repository_max = 512, codebase_max = 256;

/// What is not UTF-8 is replaced.
std::string clean(std::string_view text) {
  std::string out;
  append_utf8(out, text);
  return out;
}

result<void> take_text(const jelly& value, std::string_view key, std::size_t limit,
                       std::string& into) {
  if (value.is_none())
    return {};
  auto* text = value.as_text();
  if (!text)
    return failure{errc::invalid, fmt::format("addChange: '{}' must be text", key)};
  into = clean(*text);
  if (limit > 0 && into.size() > limit)
    return failure{errc::invalid, fmt::format("addChange: '{}' has {} bytes, at most {} are taken",
                                              key, into.size(), limit)};
  return {};
}

result<void> take_optional(const jelly& value, std::string_view key, std::size_t limit,
                           std::optional<std::string>& into) {
  if (value.is_none())
    return {};
  return take_text(value, key, limit, into.emplace());
}

/// Simple values only: what a property may hold.
json plain(const jelly& value) {
  if (auto* text = value.as_text())
    return to_json(clean(*text));
  return as_json(value);
}

result<void> take(records::change& change, const std::string& key, const jelly& value) {
  if (key == "who" || key == "author")
    return take_text(value, key, author_max, change.author);
  if (key == "committer")
    return take_optional(value, key, author_max, change.committer);
  if (key == "comments")
    return take_text(value, key, 0, change.comments);
  if (key == "branch")
    return take_optional(value, key, branch_max, change.branch);
  if (key == "revision")
    return take_optional(value, key, revision_max, change.revision);
  if (key == "category")
    return take_optional(value, key, branch_max, change.category);
  if (key == "repository")
    return take_text(value, key, repository_max, change.repository);
  if (key == "project")
    return take_text(value, key, repository_max, change.project);
  if (key == "codebase")
    return take_text(value, key, codebase_max, change.codebase);
  if (key == "revlink")
    return value.as_text() && value.as_text()->empty()
               ? result<void>{}
               : take_optional(value, key, 0, change.revlink);
  if (key == "when" || key == "when_timestamp") {
    if (auto seconds = value.as_real())
      change.when = instant{span{static_cast<std::int64_t>(*seconds * 1e6)}};
    return {};
  }
  if (key == "files") {
    for (const auto& one : value.items()) {
      std::string name;
      if (auto done = take_text(one, "files", file_name_max, name); !done)
        return done;
      change.files.push_back(std::move(name));
    }
    return {};
  }
  if (key == "properties") {
    for (const auto& [name, one] : value.pairs())
      if (name.as_text())
        change.properties[clean(*name.as_text())] = {plain(one), "Change"};
    return {};
  }
  if (key == "src" || key == "links" || key == "isdir")
    return {};
  return failure{errc::invalid, fmt::format("addChange: unknown key '{}'", key)};
}

} // namespace

result<records::change> read_change(const jelly& from, std::string_view prefix) {
  if (!from.is(wire::jelly_kind::dictionary))
    return failure{errc::invalid, "addChange: a dictionary expected"};
  records::change change;
  for (const auto& [key, value] : from.pairs()) {
    if (!key.as_text())
      return failure{errc::invalid, "addChange: keys must be text"};
    if (auto done = take(change, *key.as_text(), value); !done)
      return done.error();
  }
  if (change.author.empty())
    return failure{errc::invalid, "addChange: 'who' is missing"};
  if (!prefix.empty()) {
    std::vector<std::string> kept;
    for (const auto& file : change.files)
      if (file.compare(0, prefix.size(), prefix) == 0)
        kept.push_back(file.substr(prefix.size()));
    change.files = std::move(kept);
  }
  std::sort(change.files.begin(), change.files.end());
  return change;
}

/// Whose change is on its way hears no answer to it any more: the connection's end must do.
void pb_change_source::terminate(const std::string&) {
  for (const auto& [token, one] : state().asked)
    send(one.session, pbmanager::close_session{"the change source failed"});
}

void pb_change_source::on(const pbmanager::session_opened& news) {
  send(news.session, pbmanager::grant{});
}

void pb_change_source::on(const pbmanager::session_call& news) {
  const auto& call = news.call;
  if (call.method != "addChange") {
    send(news.session, pbmanager::call_failed{
                           call.request, wire::pb_error::attribute_error(
                                             "a change source has no perspective_" + call.method)});
    return;
  }
  auto* given = call.argument(0, "changedict");
  auto change = given ? read_change(*given, config().prefix)
                      : result<records::change>{failure{errc::invalid, "addChange(dict) expected"}};
  if (!change) {
    log(runtime::level::warning, "a change was refused: {}", change.error().message);
    send(news.session,
         pbmanager::call_failed{call.request, wire::pb_error::type_error(change.error().message)});
    return;
  }
  auto token = std::to_string(state().next_token++);
  state().asked[token] = {news.session, call.request};
  send(address_of(change_svc_path), add_change{std::move(*change), token, me()});
}

void pb_change_source::on(const pbmanager::session_lost& news) {
  std::erase_if(state().asked, [&](const auto& one) { return one.second.session == news.session; });
}

void pb_change_source::on(const change_accepted& news) {
  state().changes++;
  if (auto asked = state().asked.extract(news.token); !asked.empty())
    send(asked.mapped().session, pbmanager::call_result{asked.mapped().request, jelly::none()});
}

void pb_change_source::on(const change_refused& news) {
  if (auto asked = state().asked.extract(news.token); !asked.empty())
    send(asked.mapped().session,
         pbmanager::call_failed{asked.mapped().request,
                                wire::pb_error::of("builtins.RuntimeError", {}, news.message)});
}

const runtime::service_kind& pb_change_source::static_kind() {
  static const auto kind = runtime::make_kind<pb_change_source>(
      "PBChangeSource", "takes changes from sendchange and commit hooks");
  return kind;
}

} // namespace troupe::change_svc
