import { init, use } from 'echarts/core';
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
use([CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);
const c = init(null,null,{renderer:'svg',ssr:true,width:640,height:360});
c.setOption({animation:false,grid:{left:60},xAxis:{type:'value',name:'steps'},yAxis:{type:'value',scale:true},legend:{},series:[{type:'line',name:'a',data:[[0,1],[10,2],[20,'-'],[30,4]],lineStyle:{type:[7,3]},silent:true,emphasis:{disabled:true}}]});
console.log(c.renderToSVGString().slice(0,1500));
