// Schedulers that order nothing.
#include "tests/actors/debug/why_corpus.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/schedulers/change_scheduler.hpp"
#include "actors/schedulers/force_scheduler.hpp"
#include "runtime/path.hpp"

namespace troupe::testing {

namespace {

using schedulers::change_scheduler_config;

struct scheduler_case {
  simple_case its;
  std::string name, path;
  std::vector<std::string> question;
};

/// A scheduler for a builder; the maker goes on to define it and begins.
scheduler_case one_scheduler(why_stage& on, prng& by) {
  scheduler_case made;
  made.its = small_master(on, by, 1);
  made.name = by.name("all");
  made.path = schedulers::scheduler_path(made.name);
  on.add_scheduler(made.name, {made.its.builder});
  if (by.either())
    on.wanted.schedulers[0].class_name = "SingleBranchScheduler";
  made.question = by.either() ? std::vector<std::string>{made.name}
                              : std::vector<std::string>{"scheduler", made.name};
  return made;
}

expectation taken(std::int64_t change) {
  return {last_change_taken, quoted("change", std::to_string(change))};
}

model::part& its(why_stage& on) {
  return on.wanted.schedulers[0];
}

std::string only_group(why_stage& on, const scheduler_case& is) {
  auto groups = on.state_of(is.path).at("groups").as_object();
  REQUIRE(groups.size() == 1);
  return groups.begin()->key();
}

situation not_stable(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  auto timer = std::chrono::seconds{60 + by.up_to(600)};
  its(on).set("treeStableTimer", seconds_of(timer));
  on.begin();
  auto changes = 1 + by.up_to(3);
  for (std::int64_t n = 0; n < changes; ++n) {
    on.advance(by.some_time());
    on.change("main");
  }
  auto until = on.now() + timer;
  on.advance(by.some_time());
  return {is.question, {{tree_not_stable, "timer " + only_group(on, is), {}, until}},
          {},          [&on, timer] { on.advance(timer); },
          {},          {taken(changes)}};
}

situation nothing_important(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  its(on).set("treeStableTimer", seconds_of(60s));
  its(on).set("fileIsImportant", on.function("(change) return change.comments ~= 'doc'"));
  on.begin();
  auto changes = 1 + by.up_to(3);
  for (std::int64_t n = 0; n < changes; ++n)
    on.change("main", "doc");
  on.advance(by.some_time() + 60s);
  auto timer = "timer " + only_group(on, is);
  return {is.question, {{waits_for_important_change, timer}},
          {},          [&on] { on.change("main"); },
          {},          {{tree_not_stable, timer}}};
}

/// The timer went with a reconfiguration and a failure: nobody waits for the tree any more.
situation timer_gone(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  its(on).set("treeStableTimer", seconds_of(60s));
  on.begin();
  on.change("main");
  auto timer = "timer " + only_group(on, is);
  its(on).drop("treeStableTimer");
  on.reconfigure(is.path);
  REQUIRE(on.control(is.path, runtime::crash_service{"for a test", "t"}).ok);
  on.flush();
  return {is.question,
          {{tree_not_stable, timer}},
          {},
          [&on, path = is.path] {
            its(on).set("treeStableTimer", seconds_of(60s));
            on.reconfigure(path);
            REQUIRE(on.control(path, runtime::crash_service{"for a test", "t"}).ok);
            on.advance(70s);
          },
          {},
          {taken(1)}};
}

/// The distributor does not hear its order; a refusal is known from what came back.
situation unanswered(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  on.begin();
  auto token = std::make_shared<std::string>();
  auto shut = on.close(brd_path, [token](const auto& what) {
    if (auto* order = what.template as<add_buildset>())
      *token = order->token;
    return what.template as<add_buildset>() != nullptr;
  });
  on.advance(by.some_time());
  auto since = on.now();
  on.change("main");
  bool more = by.either(), refused = by.either();
  if (more)
    on.change("main");
  on.advance(std::chrono::seconds{by.up_to(9)});
  if (refused)
    on.send(is.path, buildset_refused{*token, "the buildset could not be stored"});
  on.run();
  situation made{is.question,
                 {{refused ? request_refused : request_unanswered, "service /botmaster/brd", since,
                   since + 10s}},
                 {},
                 [shut] { shut->open(); },
                 {},
                 {taken(more ? 2 : 1)}};
  if (more)
    made.also = {{changes_held, "change 2"}};
  return made;
}

/// The time of a group came while an order was out.
situation group_held(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  its(on).class_name = "AnyBranchScheduler";
  its(on).set("treeStableTimer", seconds_of(5s));
  on.begin();
  auto shut = on.close(
      brd_path, [](const auto& what) { return what.template as<add_buildset>() != nullptr; });
  on.change("main");
  on.advance(1s);
  on.change("stable");
  on.advance(4s);
  auto since = on.now();
  on.advance(1s);
  return {is.question,
          {{request_unanswered, "service /botmaster/brd", since, since + 10s}},
          {{changes_held, "timer " + std::string{R"(["","","","stable"])"}}},
          [shut] { shut->open(); },
          {},
          {taken(2)}};
}

situation impossible(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  its(on).set("priority", on.function("(names, changes) error('who knows')"));
  on.begin();
  on.advance(by.some_time());
  auto since = on.now();
  on.change("main");
  on.advance(by.some_time());
  return {is.question,
          {{buildset_impossible, "change 1", since}},
          {taken(1)},
          [&on, path = is.path] {
            its(on).drop("priority");
            on.reconfigure(path);
            on.change("main");
          },
          {},
          {taken(2)}};
}

situation unknown_builder(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  auto unknown = by.name("gone");
  its(on).arguments.at("builderNames").as_array().emplace_back(unknown);
  on.begin();
  bool seen = by.either();
  if (seen)
    on.change("main");
  auto last = seen ? taken(1) : expectation{no_change_seen, "scheduler " + is.name};
  return {is.question,
          {{builders_unknown, "builder " + unknown}},
          {last},
          [&on, path = is.path] {
            its(on).arguments.at("builderNames").as_array().pop_back();
            on.reconfigure(path);
          },
          {},
          {last}};
}

/// The last change is one that it does not take, by a rule of its own; a good one is taken.
enum class rule {
  equal,
  not_equal,
  matches,
  not_matches,
  function,
  filter,
  broken,
  codebase,
  importance,
  broken_importance
};

template <rule Which>
situation not_for_it(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  auto& definition = its(on);
  boost::json::object filter{{"$", "ChangeFilter"}};
  auto code = filter_says_no;
  std::string branch_name = "stable", comments = "code", codebase;
  switch (Which) {
  case rule::equal:
    filter["branch"] = "main";
    break;
  case rule::not_equal:
    filter["branch_not_eq"] = "stable";
    break;
  case rule::matches:
    filter["branch_re"] = "ma";
    break;
  case rule::not_matches:
    filter["branch_not_re"] = "sta";
    break;
  case rule::function:
    filter["branch_fn"] = on.function("(branch) return branch == 'main'");
    break;
  case rule::filter:
    filter["filter_fn"] = on.function("(change) return change.branch == 'main'");
    break;
  case rule::broken:
    filter["filter_fn"] = on.function("(change) return change.branch == 'main' or change.x.y");
    code = filter_failed;
    break;
  case rule::codebase:
    codebase = "docs";
    code = codebase_unknown;
    break;
  case rule::importance:
    comments = "doc";
    definition.set("fileIsImportant", on.function("(change) return change.comments ~= 'doc'"));
    if (by.either()) {
      definition.set("onlyImportant", true);
      if (by.either())
        definition.set("treeStableTimer", seconds_of(1s));
      else
        definition.drop("treeStableTimer");
    }
    code = change_unimportant;
    break;
  case rule::broken_importance:
    definition.set("fileIsImportant",
                   on.function("(change) if change.branch ~= 'main' then error('who knows') end "
                               "return true"));
    code = importance_failed;
  }
  definition.set("change_filter", std::move(filter));
  on.begin();
  on.change("main");
  on.advance(5s);
  on.change(branch_name, comments, codebase);
  on.advance(by.some_time());
  return {is.question,
          {{code, "change 2"}},
          {},
          [&on] {
            on.change("main");
            on.advance(5s);
          },
          {},
          {taken(3)}};
}

situation nothing_seen(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  on.begin();
  return {is.question, {{no_change_seen, "scheduler " + is.name}},
          {},          [&on] { on.change("main"); },
          {},          {taken(1)}};
}

situation not_heard(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  on.begin();
  auto before = by.up_to(1);
  if (before == 1)
    on.change("main");
  auto shut = on.close(is.path, [](const auto& what) {
    return what.template as<change_svc::change_added>() != nullptr;
  });
  on.change("main");
  on.advance(by.some_time());
  auto change = before + 1;
  return {is.question, {{change_on_its_way, quoted("change", std::to_string(change))}},
          {},          [shut] { shut->open(); },
          {},          {taken(change)}};
}

/// It failed after it had taken the last change: by its configuration that is for it.
situation began_again(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  on.begin();
  on.change("main");
  REQUIRE(on.control(is.path, runtime::crash_service{"for a test", "t"}).ok);
  on.flush();
  return {is.question, {taken(1)}};
}

situation forced_only(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  its(on).class_name = "ForceScheduler";
  on.begin();
  on.advance(by.some_time());
  situation made{is.question, {{waits_for_person, "scheduler " + is.name}}};
  if (by.either())
    return made;
  auto since = on.now();
  schedulers::force_build command;
  command.builder_names = {"nobody"};
  on.send(is.path, command);
  on.run();
  made.also = {{force_refused, "scheduler " + is.name, since}};
  return made;
}

situation not_enrolled(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  auto definition = its(on);
  on.wanted.schedulers.clear();
  on.begin();
  auto shut = on.close(schedulers::schedulers_path);
  (void)on.control(
      schedulers::schedulers_path,
      runtime::add_child{
          runtime::child_of(
              runtime::path_segment(is.name), "change_scheduler",
              model::settings_of<change_scheduler_config>(
                  definition, model::component_of(definition, model::component_use::scheduler))),
          "t"});
  return {is.question, {{waits_for_store, "service /scheduler_manager"}},
          {},          [shut] { shut->open(); },
          {},          {{no_change_seen, "scheduler " + is.name}}};
}

situation silent(why_stage& on, prng& by) {
  auto is = one_scheduler(on, by);
  on.begin();
  on.change("main");
  auto shut = on.close(is.path);
  return {is.question, {{service_silent, "service " + is.path}}, {}, [shut] { shut->open(); }, {},
          {taken(1)}};
}

} // namespace

std::vector<maker> scheduler_situations() {
  return {{"tree not stable", not_stable},
          {"nothing important", nothing_important},
          {"timer gone", timer_gone},
          {"order unanswered", unanswered},
          {"group held", group_held},
          {"buildset impossible", impossible},
          {"unknown builder", unknown_builder},
          {"branch is another", not_for_it<rule::equal>},
          {"branch is excluded", not_for_it<rule::not_equal>},
          {"branch does not match", not_for_it<rule::matches>},
          {"branch matches", not_for_it<rule::not_matches>},
          {"branch_fn says no", not_for_it<rule::function>},
          {"filter_fn says no", not_for_it<rule::filter>},
          {"filter_fn fails", not_for_it<rule::broken>},
          {"codebase is unknown", not_for_it<rule::codebase>},
          {"unimportant", not_for_it<rule::importance>},
          {"fileIsImportant fails", not_for_it<rule::broken_importance>},
          {"nothing seen", nothing_seen},
          {"change on its way", not_heard},
          {"began again", began_again},
          {"forced only", forced_only},
          {"not enrolled", not_enrolled},
          {"scheduler silent", silent}};
}

} // namespace troupe::testing
