using System.Runtime.CompilerServices;
using KlingLipSync;

// PowerShell finds types by name in the assemblies of the default load context. The engine lives in one of its own, so that its model
// types are forwarded from here: [KlingLipSync.LipSyncJobState] is found, and the engine is loaded when somebody asks for it.
[assembly: TypeForwardedTo(typeof(LipSyncBilled))]
[assembly: TypeForwardedTo(typeof(LipSyncBudget))]
[assembly: TypeForwardedTo(typeof(LipSyncBudgetPeriod))]
[assembly: TypeForwardedTo(typeof(LipSyncCancelOutcome))]
[assembly: TypeForwardedTo(typeof(LipSyncConnection))]
[assembly: TypeForwardedTo(typeof(LipSyncCost))]
[assembly: TypeForwardedTo(typeof(LipSyncError))]
[assembly: TypeForwardedTo(typeof(LipSyncException))]
[assembly: TypeForwardedTo(typeof(LipSyncInput))]
[assembly: TypeForwardedTo(typeof(LipSyncJob))]
[assembly: TypeForwardedTo(typeof(LipSyncJobState))]
[assembly: TypeForwardedTo(typeof(LipSyncJobUpdate))]
[assembly: TypeForwardedTo(typeof(LipSyncLogLine))]
[assembly: TypeForwardedTo(typeof(LipSyncMediaKind))]
[assembly: TypeForwardedTo(typeof(LipSyncMediaReport))]
[assembly: TypeForwardedTo(typeof(LipSyncPastStep))]
[assembly: TypeForwardedTo(typeof(LipSyncPriority))]
[assembly: TypeForwardedTo(typeof(LipSyncRunSummary))]
[assembly: TypeForwardedTo(typeof(LipSyncUnconfirmedAction))]
