using FsCheck;
using FsCheck.Fluent;
using ShimService.Tasks.Lifecycle;

namespace ShimService.Tasks.Tests.Lifecycle;

/// <summary>
/// Random lives: any wish at any time, results and facts as an engine could bring them. The model keeps the
/// promise about the order of events, and that a life can always be ended.
/// </summary>
public sealed class TaskLifecycleProperties
{
    [Fact]
    public void Decide_WhenAnyVerbMeetsAnyState_ThenTotal()
    {
        foreach (var phase in Enum.GetValues<TaskPhase>())
        {
            foreach (var work in Enum.GetValues<TaskWork>())
            {
                // A task is being created or it is not: there is no idle Creating.
                if (phase == TaskPhase.Creating && work != TaskWork.Create)
                {
                    continue;
                }

                foreach (var verb in Enum.GetValues<TaskVerb>())
                {
                    var decision = TaskLifecycle.Decide(new TaskState(phase, work), verb);

                    Assert.True(decision.Kind != DecisionKind.Wait || work != TaskWork.None, $"{phase} {work} {verb}");
                    Assert.True(decision.Kind != DecisionKind.Deny || verb < TaskVerb.CreateDone);
                }
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_WhenLifeIsRandom_ThenEventsKeepTheirOrderAndItEnds(bool privatePids)
    {
        var choices = Gen.ArrayOf(Gen.Choose(0, 10_000)).Resize(80);
        Prop.ForAll(Arb.From(choices), script => Life.Run(script, privatePids))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    private sealed class Life(bool privatePids)
    {
        private static readonly TaskVerb[] Wishes =
        [
            TaskVerb.Start, TaskVerb.Start, TaskVerb.Pause, TaskVerb.Resume, TaskVerb.Update, TaskVerb.Kill,
            TaskVerb.KillHard, TaskVerb.KillAll, TaskVerb.KillAllHard, TaskVerb.Delete, TaskVerb.ForceDelete,
            TaskVerb.ExecStart, TaskVerb.ExecStart,
        ];

        private readonly List<string> _told = [];
        private TaskState _state = TaskState.Initial;
        private bool _initAlive;
        private bool _initExitDue;
        private int _execExitsDue;
        private int _execsAlive;
        private string? _broken;

        public static bool Run(int[] script, bool privatePids)
        {
            var life = new Life(privatePids);
            foreach (var choice in script)
            {
                life.Step(choice);
            }

            life.End();
            return life._broken is null
                ? true
                : throw new InvalidOperationException($"{life._broken}: {string.Join(' ', life._told)}");
        }

        private void Step(int choice)
        {
            switch (choice % 4)
            {
                case 0 when _state.IsBusy:
                    Finish(choice / 4 % 5 != 0);
                    break;
                case 1 when _initExitDue:
                    _initExitDue = false;
                    Tell(TaskVerb.InitExited);
                    break;
                case 1 when _execExitsDue > 0:
                    _execExitsDue--;
                    Tell(TaskVerb.ExecExited);
                    break;
                case 2 when choice / 4 % 6 == 0 && _initAlive:
                    DieInit();
                    break;
                case 2 when _execsAlive > 0:
                    _execsAlive--;
                    _execExitsDue++;
                    break;
                case 2 when _initAlive && choice / 4 % 2 == 0:
                    Tell(TaskVerb.OutOfMemory);
                    break;
                default:
                    Tell(Wishes[choice / 4 % Wishes.Length]);
                    break;
            }
        }

        private void DieInit()
        {
            _initAlive = false;
            _initExitDue = true;
            if (privatePids)
            {
                _execExitsDue += _execsAlive;
                _execsAlive = 0;
            }
        }

        private void Finish(bool succeeds)
        {
            var work = _state.Work;
            if (work == TaskWork.Create && succeeds)
            {
                _initAlive = true;
                _state = _state with { HasPrivatePidNamespace = privatePids };
            }

            if (work == TaskWork.ExecLaunch && succeeds)
            {
                _told.Add("exec-started");
                _execsAlive++;
                if (!_initAlive && privatePids)
                {
                    _execsAlive--;
                    _execExitsDue++;
                }
            }

            Tell(work switch
            {
                TaskWork.Create => succeeds ? TaskVerb.CreateDone : TaskVerb.CreateFailed,
                TaskWork.Start => succeeds ? TaskVerb.StartDone : TaskVerb.StartFailed,
                TaskWork.Pause => succeeds ? TaskVerb.PauseDone : TaskVerb.PauseFailed,
                TaskWork.Resume => succeeds ? TaskVerb.ResumeDone : TaskVerb.ResumeFailed,
                TaskWork.Update => succeeds ? TaskVerb.UpdateDone : TaskVerb.UpdateFailed,
                TaskWork.ExecLaunch => succeeds ? TaskVerb.ExecLaunchDone : TaskVerb.ExecLaunchFailed,
                TaskWork.Undo => succeeds ? TaskVerb.UndoDone : TaskVerb.UndoFailed,
                TaskWork.Remove => succeeds ? TaskVerb.RemoveDone : TaskVerb.RemoveFailed,
                _ => throw new InvalidOperationException(),
            });
        }

        private void Tell(TaskVerb verb)
        {
            var before = _state;
            var decision = TaskLifecycle.Decide(before, verb);
            _state = decision.Next;
            if (before.IsBusy && _state.IsBusy && before.Work != _state.Work && _state.Work is not
                (TaskWork.Undo or TaskWork.Remove))
            {
                _broken ??= $"two works at once after {verb}";
            }

            foreach (var effect in decision.Effects)
            {
                Carry(effect);
            }
        }

        private void Carry(TaskEffect effect)
        {
            switch (effect)
            {
                case TaskEffect.SignalInit or TaskEffect.KillEverything when _initAlive && _state.KillSent:
                    DieInit();
                    KillExecs(effect);
                    break;
                case TaskEffect.KillEverything:
                    if (_initAlive)
                    {
                        DieInit();
                    }

                    KillExecs(effect);
                    break;
                case TaskEffect.EndExecs:
                    _execExitsDue = 0;
                    _execsAlive = 0;
                    _told.Add("execs-ended");
                    break;
                case TaskEffect.PublishCreate or TaskEffect.PublishStart or TaskEffect.PublishExit
                    or TaskEffect.PublishDelete or TaskEffect.PublishOutOfMemory:
                    Order(effect.ToString());
                    break;
                default:
                    break;
            }
        }

        private void KillExecs(TaskEffect effect)
        {
            if (effect == TaskEffect.KillEverything)
            {
                _execExitsDue += _execsAlive;
                _execsAlive = 0;
            }
        }

        private void Order(string told)
        {
            var wrong = told switch
            {
                "PublishCreate" => _told.Count > 0,
                "PublishStart" => !_told.Contains("PublishCreate") || Twice(told) || _told.Contains("PublishExit"),
                "PublishExit" => !_told.Contains("PublishCreate") || Twice(told) || _execsAlive + _execExitsDue > 0,
                "PublishDelete" => !_told.Contains("PublishExit") || Twice(told),
                _ => _told.Contains("PublishExit"),
            };
            _broken ??= wrong ? $"{told} is out of order" : null;
            _told.Add(told);
        }

        private bool Twice(string told) => _told.Contains(told);

        /// <summary>A forced delete and an engine that does its work must end any life.</summary>
        private void End()
        {
            for (var turn = 0; turn < 50 && _state.Phase != TaskPhase.Deleted; turn++)
            {
                Tell(_state.Phase == TaskPhase.Stopped ? TaskVerb.Delete : TaskVerb.ForceDelete);
                if (_state.IsBusy)
                {
                    Finish(succeeds: true);
                }

                if (_initExitDue)
                {
                    _initExitDue = false;
                    Tell(TaskVerb.InitExited);
                }

                while (_execExitsDue > 0)
                {
                    _execExitsDue--;
                    Tell(TaskVerb.ExecExited);
                }
            }

            _broken ??= _state.Phase == TaskPhase.Deleted ? null : $"cannot be ended from {_state}";
        }
    }
}
