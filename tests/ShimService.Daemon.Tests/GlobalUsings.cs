global using ShimContracts = ShimService.Contracts.Shim.V1;
global using Task = System.Threading.Tasks.Task;
global using TaskMessage = ShimService.Contracts.V1.Task;
